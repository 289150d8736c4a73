using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Server.Live;
using CaBridge.Tests.Statistics;

namespace CaBridge.Tests.Server;

[TestFixture]
internal sealed class CircuitViewsTests
{
    private const int Left = 0;
    private const int Right = 1;

    private static readonly CaptureTime Gone = new(long.MaxValue);

    private readonly CaptureTime[] _reached = new CaptureTime[130];
    private CircuitViews _views = new(100, _ => Gone);

    [SetUp]
    public void Begin()
    {
        Array.Fill(_reached, SampleTransactions.Start);
        _views = new CircuitViews(100, sensor => _reached[sensor]);
    }

    [Test]
    public void First_to_tell_counts()
    {
        Assert.That(IsFirst(Left, 0), Is.True);
        Assert.That(IsFirst(Right, 0), Is.False);
        Assert.That(IsFirst(Right, 1), Is.False);
        Assert.That(IsFirst(Left, 1), Is.True);
    }

    [Test]
    public void Circuits_are_told_apart()
    {
        Assert.That(IsFirst(Left, 0), Is.True);
        Assert.That(IsFirst(Right, 0, client: 12), Is.True);
        Assert.That(IsFirst(Left, 0, client: 12), Is.False);
        Assert.That(_views.SeenAgain, Is.EqualTo(1));
    }

    /// <summary>As where both read the same file and one is faster, or one catches up: neither counts what the other does.</summary>
    [TestCase(Left, Right)]
    [TestCase(Right, Left)]
    public void One_that_runs_ahead_counts_nothing_twice(int first, int second)
    {
        const int Seconds = 600;
        Assert.That(IsFirst(first, 0), Is.True);
        var counted = Enumerable.Range(0, Seconds).Count(at => IsFirst(second, at));
        counted += Enumerable.Range(1, Seconds - 1).Count(at => IsFirst(first, at));

        Assert.That(counted, Is.EqualTo(Seconds - 1));
    }

    [Test]
    public void One_that_is_silent_for_a_minute_of_its_own_is_followed()
    {
        IsFirst(Left, 0);
        _reached[Left] = At(60);
        Assert.That(IsFirst(Right, 61), Is.False);
        _reached[Left] = At(61);
        Assert.That(IsFirst(Right, 59), Is.False);
        Assert.That(IsFirst(Right, 61), Is.True);
        Assert.That(IsFirst(Left, 62), Is.False);
    }

    [Test]
    public void One_that_is_gone_is_followed()
    {
        IsFirst(Left, 0);
        _reached[Left] = Gone;
        Assert.That(IsFirst(Right, 60), Is.False);
        Assert.That(IsFirst(Right, 61), Is.True);
    }

    [Test]
    public void Circuit_of_an_earlier_time_is_another_one()
    {
        IsFirst(Left, 1000);
        Assert.That(IsFirst(Right, 900), Is.True);
        Assert.That(IsFirst(Right, 950), Is.False);
    }

    [Test]
    public void Searches_of_a_socket_are_one_circuit_whoever_answers()
    {
        var one = SampleTransactions.Answered(Operation.Search, pv: null, 1, server: 21);
        var other = SampleTransactions.Answered(Operation.Search, pv: null, 1, server: 22);

        Assert.That((_views.IsFirst(Left, in one), _views.IsFirst(Right, in other)), Is.EqualTo((true, false)));
        Assert.That(_views.SeenAgain, Is.Zero);
    }

    [Test]
    public void Rate_is_of_what_counted_in_the_last_ten_seconds()
    {
        foreach (var at in (int[])[0, 5, 5])
        {
            IsFirst(Left, at);
            IsFirst(Right, at);
        }

        var (client, server) = (Get(0).Client, Get(0).Server);
        Assert.That(_views.PerSecond(client, server, At(9)), Is.EqualTo(0.3));
        Assert.That(_views.PerSecond(client, server, At(12)), Is.EqualTo(0.2));
        Assert.That(_views.PerSecond(server, client, At(9)), Is.Zero);
    }

    [Test]
    public void Many_circuits_are_bounded()
    {
        for (var client = 0; client < 250; client++)
        {
            Assert.That(IsFirst(Left, 0, (byte)client), Is.True);
        }
    }

    private static CaptureTime At(double seconds) => SampleTransactions.Start + CaptureDuration.FromSeconds(seconds);

    private bool IsFirst(int sensor, double at, byte client = 11)
    {
        var transaction = Get(at, client);
        return _views.IsFirst(sensor, in transaction);
    }

    private static Transaction Get(double at, byte client = 11) =>
        SampleTransactions.Answered(Operation.Get, pv: null, 0, client: client) with { RequestedAt = At(at) };
}
