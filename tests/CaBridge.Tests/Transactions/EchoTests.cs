using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Transactions;

/// <summary>ECHO and READ_SYNC have no id: order alone pairs them, and one lost message must not shift all that follow.</summary>
[TestFixture]
public sealed class EchoTests
{
    [Test]
    public void Lost_reply_costs_no_echo_after_the_next()
    {
        var (wire, call) = Start();
        call.Send(Ca.Echo());
        _ = call.FromServer(Ca.Echo());
        Echo(wire, call, times: 40);
        wire.End();

        var echoes = wire.Of(Operation.Echo);
        Assert.That(echoes.Take(2).Select(echo => echo.Outcome), Is.All.EqualTo(Outcome.LostInGap));
        Assert.That(echoes.Skip(2).Select(echo => (echo.Outcome, echo.Latency)), Is.EqualTo(Enumerable.Repeat((Outcome.Answered, Wire.Milliseconds(1)), 39)));
        Assert.That(wire.Account(Operation.Echo), Is.EqualTo(wire.Account(Operation.Echo) with { Requests = 41, Answered = 39, LostInGap = 2 }));
    }

    [Test]
    public void Lost_request_costs_no_echo_after_it()
    {
        var (wire, call) = Start();
        _ = call.FromClient(Ca.Echo());
        call.Reply(Ca.Echo());
        Echo(wire, call, times: 40);
        wire.End();

        var echoes = wire.Of(Operation.Echo);
        Assert.That(echoes[0].Outcome, Is.EqualTo(Outcome.NoRequest));
        Assert.That(echoes.Skip(1).Select(echo => (echo.Outcome, echo.Latency)), Is.EqualTo(Enumerable.Repeat((Outcome.Answered, Wire.Milliseconds(1)), 40)));
    }

    [Test]
    public void Several_lost_replies_are_lost_and_the_rest_is_answered()
    {
        var (wire, call) = Start();
        for (var i = 0; i < 3; i++)
        {
            call.Send(Ca.Echo());
            _ = call.FromServer(Ca.Echo());
            wire.Now += 15_000;
            call.Send(Ca.Echo());
            call.Reply(Ca.Echo());
            Echo(wire, call, times: 1);
        }

        wire.End();

        Assert.That(
            wire.Of(Operation.Echo).Where(echo => echo.Outcome == Outcome.Answered).Select(echo => echo.Latency),
            Is.EqualTo(Enumerable.Repeat((CaptureDuration?)Wire.Milliseconds(1), 3)));
        Assert.That(wire.Account(Operation.Echo), Is.EqualTo(wire.Account(Operation.Echo) with { Requests = 9, Answered = 3, LostInGap = 6 }));
    }

    /// <summary>The reply to the request that was lost is not taken for one to the next.</summary>
    [Test]
    public void Lost_request_among_several_in_flight_shifts_no_reply()
    {
        var (wire, call) = Start();
        _ = call.FromClient(Ca.Echo());
        call.Send(Ca.Echo());
        call.Reply(Ca.Echo());
        call.Reply(Ca.Echo());
        Echo(wire, call, times: 3);
        wire.End();

        Assert.That(
            wire.Of(Operation.Echo).Select(echo => echo.Outcome),
            Is.EqualTo([Outcome.LostInGap, Outcome.NoRequest, Outcome.Answered, Outcome.Answered, Outcome.Answered]));
    }

    [Test]
    public void Gap_of_other_requests_long_before_leaves_an_echo_alone()
    {
        var (wire, call) = Start();
        _ = call.FromClient(Ca.Get(257, 5));
        call.Reply(Ca.Got(5));
        Echo(wire, call, times: 2);
        wire.End();

        Assert.That(wire.Of(Operation.Echo).Select(echo => echo.Outcome), Is.EqualTo([Outcome.Answered, Outcome.Answered]));
    }

    private static void Echo(Wire wire, TcpCall call, int times)
    {
        for (var i = 0; i < times; i++)
        {
            wire.Now += 15_000;
            call.Send(Ca.Echo());
            call.Reply(Ca.Echo());
        }
    }

    private static (Wire Wire, TcpCall Call) Start()
    {
        var wire = new Wire();
        var call = TcpCall.WithChannels(wire, "A");
        wire.Transactions.Clear();
        return (wire, call);
    }
}
