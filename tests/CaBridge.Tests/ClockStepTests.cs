using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests;

/// <summary>The clock of the recording is set back, or one frame's time is wrong.</summary>
[TestFixture]
public sealed class ClockStepTests
{
    private const double Hours = 3 * 3_600_000d;

    [TestCase(-Hours)]
    [TestCase(Hours)]
    public void One_wrong_time_makes_no_reply_late(double wrong)
    {
        foreach (var wrongFrame in new[] { 1, 2, 3 })
        {
            var wire = new Wire();
            wire.Now += 2 * Hours;
            var call = TcpCall.WithChannels(wire, "A");
            var start = wire.Now;
            wire.Put(call.FromClient(Ca.Get(257, 5)), TimeOf(1));
            wire.Put(call.FromServer(Ca.Rights(1)), TimeOf(2));
            wire.Put(call.FromServer(Ca.Rights(1)), TimeOf(3));
            wire.Put(call.FromServer(Ca.Got(5)), start + 4);
            _ = TcpCall.Open(wire, clientPort: 50_000);
            wire.End();

            Assert.That(wire.Of(Operation.Get).Single().Outcome, Is.EqualTo(Outcome.Answered));
            Assert.That(wire.Anomalies(AnomalyKind.FrameOutOfOrder), Is.EqualTo(wrong < 0 ? 1 : 7 - wrongFrame));
            Assert.That(wire.Snapshot().Circuits, Is.EqualTo(1));

            double TimeOf(int frame) => start + frame + (frame == wrongFrame ? wrong : 0);
        }
    }

    [Test]
    public void Clock_that_was_set_back_leaves_circuits_and_replies_alone()
    {
        var wire = new Wire();
        wire.Now += 2 * Hours;
        var call = TcpCall.WithChannels(wire, "A");
        call.Send(Ca.Get(257, 5));
        wire.Now -= Hours;
        call.Reply(Ca.Got(5));
        call.Send(Ca.Get(257, 6));
        call.Reply(Ca.Got(6));
        _ = TcpCall.Open(wire, clientPort: 50_000);
        call.Send(Ca.Get(257, 7));
        call.Reply(Ca.Got(7));
        wire.End();

        Assert.That(wire.Of(Operation.Get).Select(get => get.Outcome), Is.All.EqualTo(Outcome.Answered));
        Assert.That(wire.Of(Operation.Get).Select(get => get.Latency), Is.EqualTo([Wire.Milliseconds(0), Wire.Milliseconds(1), Wire.Milliseconds(1)]));
        Assert.That(wire.Snapshot().Circuits, Is.EqualTo(1));
        Assert.That(
            wire.Snapshot().Anomalies.Select(anomaly => (anomaly.Kind, anomaly.Count, anomaly.FirstFrame)),
            Is.EqualTo([(AnomalyKind.FrameOutOfOrder, 8L, 9L)]));
    }

    [Test]
    public void Hole_from_before_the_step_is_given_up()
    {
        var probe = new ConnectionProbe();
        probe.Client(Hours, 103, "def");
        probe.AdvanceTo(1);

        Assert.That(probe.Story, Has.Count.EqualTo(2));
    }
}
