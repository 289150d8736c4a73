using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Findings;

/// <summary>What happens on circuits: dead TCP, slow creation, skipped requests, blocked circuits, silent ends, slow consumers, errors, rights.</summary>
[TestFixture]
public sealed class CircuitRuleTests
{
    [Test]
    public void RST_to_a_server_that_answers_searches_is_dead_TCP()
    {
        var wire = Wire.WithDiagnosis();
        Answer(wire);
        var call = new TcpCall(wire);
        wire.Put(call.Syn());
        wire.Put(call.FromServer(TcpFlags.Rst | TcpFlags.Ack));
        wire.End();

        var finding = wire.Findings(FindingKind.DeadTcp).Single();
        Assert.That((finding.Severity, finding.Count), Is.EqualTo((FindingSeverity.Error, 1)));
        Assert.That(finding.Title, Does.Contain("10.44.0.21:5064 answers searches").And.Contains("refused (RST)"));
        Assert.That(finding.Frames, Is.EqualTo((long[])[3, 4]));
    }

    [TestCase(1999, 0)]
    [TestCase(2000, 1)]
    public void SYN_without_answer_is_dead_TCP_after_two_seconds(double wait, int findings)
    {
        var wire = Wire.WithDiagnosis();
        Answer(wire);
        wire.Put(new TcpCall(wire).Syn(), at: 2000);
        SearchRuleTests.Search(wire, 9, "x:other", 9, at: 2000 + wait);
        wire.End();

        Assert.That(wire.Findings(FindingKind.DeadTcp), Has.Count.EqualTo(findings));
    }

    /// <summary>The capture lost the SYN/ACK, and what the client acknowledged shows that there was one.</summary>
    [Test]
    public void SYN_whose_answer_the_capture_lost_is_not_dead()
    {
        var wire = Wire.WithDiagnosis();
        Answer(wire);
        var call = new TcpCall(wire);
        wire.Put(call.Syn());
        _ = call.SynAck();
        wire.Put(call.FromClient(TcpFlags.Ack));
        SearchRuleTests.Search(wire, 9, "x:other", 9, at: 9000);
        wire.End();

        Assert.That(wire.Findings(FindingKind.DeadTcp), Is.Empty);
        Assert.That(wire.Of(Operation.Connect).Single().Outcome, Is.EqualTo(Outcome.LostInGap));
    }

    [Test]
    public void Without_a_search_reply_a_refused_connection_is_not_told()
    {
        var wire = Wire.WithDiagnosis();
        var call = new TcpCall(wire);
        wire.Put(call.Syn());
        wire.Put(call.FromServer(TcpFlags.Rst | TcpFlags.Ack));
        wire.End();

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    /// <summary>The handshake's round trip, 1 ms here, is not the server's.</summary>
    [TestCase(1001, 0)]
    [TestCase(1001.001, 1)]
    public void Creation_is_slow_beyond_a_second_less_the_round_trip(double latency, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version());
        wire.Put(call.FromClient(Ca.Create(1, "s:ao")), at: 2000);
        wire.Put(call.FromServer(Ca.Rights(1), Ca.Created(1, 257)), at: 2000 + latency);

        Assert.That(wire.Findings(FindingKind.SlowCreate), Has.Count.EqualTo(findings));
    }

    /// <summary>Others took 30 ms, less 1 ms of round trip; three times the histogram's 95th percentile of that is 88 ms.</summary>
    [TestCase(20, 85, 0)]
    [TestCase(20, 95, 1)]
    [TestCase(19, 95, 0)]
    public void Creation_is_slow_beyond_three_times_the_servers_tail(int before, double latency, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version());
        for (var cid = 1u; cid <= before; cid++)
        {
            wire.Put(call.FromClient(Ca.Create(cid, $"s:{cid}")), at: 2000 + (100 * cid));
            wire.Put(call.FromServer(Ca.Rights(cid), Ca.Created(cid, 256 + cid)), at: 2030 + (100 * cid));
        }

        wire.Put(call.FromClient(Ca.Create(99, "s:slow")), at: 9000);
        wire.Put(call.FromServer(Ca.Rights(99), Ca.Created(99, 999)), at: 9000 + latency);

        var found = wire.Findings(FindingKind.SlowCreate);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.SelectMany(finding => finding.Pvs), Is.All.EqualTo("s:slow"));
    }

    [Test]
    public void Creation_of_a_few_milliseconds_is_never_slow()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version());
        for (var cid = 1u; cid <= 40; cid++)
        {
            wire.Put(call.FromClient(Ca.Create(cid, $"s:{cid}")), at: 2000 + (100 * cid));
            wire.Put(call.FromServer(Ca.Rights(cid), Ca.Created(cid, 256 + cid)), at: 2000 + (100 * cid) + (cid == 40 ? 49 : 2));
        }

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [TestCase(2, 0)]
    [TestCase(3, 1)]
    public void Request_is_skipped_when_three_later_ones_are_answered(int later, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        call.Send([.. Enumerable.Range(0, later + 1).Select(i => Ca.Get(257, (uint)(10 + i)))]);
        call.Reply([.. Enumerable.Range(1, later).Select(i => Ca.Got((uint)(10 + i)))]);
        wire.End();

        var found = wire.Findings(FindingKind.SkippedRequest);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => finding.Title), Is.All.Contain("k:ao"));
    }

    [Test]
    public void Reply_out_of_order_is_not_skipped()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        call.Send(Ca.Get(257, 10), Ca.Get(257, 11), Ca.Get(257, 12), Ca.Get(257, 13));
        call.Reply(Ca.Got(11), Ca.Got(12), Ca.Got(13), Ca.Got(10));
        wire.End();

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [Test]
    public void Put_that_still_runs_is_not_skipped()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:motor", "k:ao");
        call.Send(Ca.Put(257, 10), Ca.Get(258, 11), Ca.Get(258, 12), Ca.Get(258, 13));
        call.Reply(Ca.Got(11), Ca.Got(12), Ca.Got(13));
        wire.End();

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [Test]
    public void Second_put_with_callback_blocks_the_circuit()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:motor", "k:ao");
        wire.Put(call.FromClient(Ca.Put(257, 10)), at: 2000);
        wire.Put(call.FromClient(Ca.Put(257, 11)), at: 3000);
        wire.Put(call.FromClient(Ca.Get(258, 12)), at: 3100);
        wire.Put(call.FromServer(Ca.PutDone(10)), at: 8000);
        wire.Put(call.FromServer(Ca.PutDone(11), Ca.Got(12)), at: 8001);

        var finding = wire.Findings(FindingKind.HeadOfLine).Single();
        Assert.That(finding.Pvs, Is.EqualTo((string[])["k:motor"]));
        Assert.That(finding.Title, Does.Contain("up to 5.000 s").And.Contains("1 further request of the circuit waited"));
        Assert.That(finding.IsOpen, Is.False);
    }

    /// <summary>A reply that the capture lost, or a channel that ended, leaves no put waiting for ever.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void Put_whose_reply_was_lost_or_whose_channel_ended_blocks_nothing(bool isLost)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:motor", "k:ao");
        call.Send(Ca.Put(257, 10));
        if (isLost)
        {
            _ = call.FromServer(Ca.PutDone(10));
            wire.Put(call.FromServer(Ca.Update(1)), at: wire.Now + 300);
            wire.Put(call.Window(500), at: wire.Now + 300);
        }
        else
        {
            call.Send(Ca.Clear(257, 1));
        }

        call.Send(Ca.Put(257, 11));
        call.Reply(Ca.PutDone(11));
        wire.End();

        Assert.That(wire.Findings(FindingKind.HeadOfLine), Is.Empty);
    }

    [Test]
    public void Puts_one_after_the_other_and_on_other_channels_do_not_block()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:motor", "k:ao");
        call.Send(Ca.Put(257, 10), Ca.Put(258, 11));
        call.Reply(Ca.PutDone(10), Ca.PutDone(11));
        call.Send(Ca.Put(257, 12));
        call.Reply(Ca.PutDone(12));

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [Test]
    public void Server_that_gives_up_a_put_is_told_with_what_blocked_it()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:motor");
        wire.Put(call.FromClient(Ca.Put(257, 10)), at: 2000);
        wire.Put(call.FromClient(Ca.Put(257, 11)), at: 3000);
        wire.Put(call.FromServer(Ca.PutDone(11, 0x16a)), at: 63_000);

        var finding = wire.Analyzer.Findings().Single();
        Assert.That(finding.Kind, Is.EqualTo(FindingKind.HeadOfLine), "and no error of its own");
        Assert.That(finding.Details.Single(), Does.Contain("ECA_PUTCBINPROG"));
    }

    [TestCase(4999.999, 0)]
    [TestCase(5000, 1)]
    public void Echo_is_overdue_after_five_seconds(double latency, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        wire.Put(call.FromClient(Ca.Echo()), at: 2000);
        wire.Put(call.FromServer(Ca.Echo()), at: 2000 + latency);

        Assert.That(wire.Findings(FindingKind.UnresponsiveCircuit), Has.Count.EqualTo(findings));
    }

    [TestCase(4000, 0)]
    [TestCase(5000, 1)]
    public void Echo_without_reply_is_overdue_when_the_recording_ends(double wait, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        wire.Put(call.FromClient(Ca.Echo()), at: 2000);
        SearchRuleTests.Search(wire, 9, "x:other", 9, at: 2000 + wait);
        wire.End();

        Assert.That(wire.Findings(FindingKind.UnresponsiveCircuit), Has.Count.EqualTo(findings));
    }

    [TestCase(3, 5000, 1)]
    [TestCase(3, 4999, 0)]
    [TestCase(2, 9000, 0)]
    public void Segments_that_nobody_acknowledges_show_a_half_open_circuit(int times, double lasting, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        var segment = call.FromClient(Ca.Get(257, 10));
        wire.Put(segment, at: 2000);
        for (var i = 0; i < times; i++)
        {
            wire.Put(segment, at: 3000 + (lasting * i / (times - 1)));
        }

        var found = wire.Findings(FindingKind.UnresponsiveCircuit);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => finding.Title), Is.All.StartWith("10.44.0.21:5064 acknowledges nothing"));
    }

    [TestCase(199.9, 0)]
    [TestCase(200, 1)]
    public void Closed_window_of_a_client_shows_a_slow_consumer(double lasting, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        wire.Put(call.Window(0), at: 2000);
        wire.Put(call.Window(0), at: 2000 + (lasting / 2));
        wire.Put(call.Window(100), at: 2000 + lasting);

        var found = wire.Findings(FindingKind.SlowConsumer);
        Assert.That(found, Has.Count.EqualTo(findings));
        Assert.That(found.Select(finding => finding.Clients[0]), Is.All.EqualTo(call.Client));
    }

    [TestCase(999.9, 0)]
    [TestCase(1000, 1)]
    public void Events_off_shows_a_slow_consumer_after_a_second(double lasting, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        wire.Put(call.FromClient(Ca.EventsOff()), at: 2000);
        wire.Put(call.FromClient(Ca.EventsOn()), at: 2000 + lasting);

        Assert.That(wire.Findings(FindingKind.SlowConsumer), Has.Count.EqualTo(findings));
    }

    [Test]
    public void Errors_count_by_PV_server_and_status()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao", "k:bo");
        call.Send(Ca.Get(257, 10), Ca.Get(257, 11), Ca.Write(258, 2));
        call.Reply(Ca.Got(10, status: Ca.GetFail), Ca.Got(11, status: Ca.GetFail), Ca.Error(2, 0xA0, Ca.Write(258, 2), "field is read only"));

        var found = wire.Findings(FindingKind.ErrorStatus);
        Assert.That(found.Select(finding => (finding.Pvs[0], finding.Count)), Is.EqualTo(((string, long)[])[("k:ao", 2), ("k:bo", 1)]));
        Assert.That(found[0].Title, Does.Contain("ECA_GETFAIL").And.Contains("READ_NOTIFY").And.Contains("operator@console-7"));
        Assert.That(found[1].Details.Single(), Does.Contain("field is read only"));
    }

    [Test]
    public void Confirmed_cancel_is_no_error()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        call.Send(Ca.Subscribe(257, 1));
        call.Reply(Ca.Update(1));
        call.Send(Ca.Cancel(257, 1));
        call.Reply(Ca.Cancelled(257, 1));

        Assert.That(wire.Analyzer.Findings(), Is.Empty);
    }

    [TestCase(CaCommand.CreateChFail)]
    [TestCase(CaCommand.ServerDisconn)]
    public void Channels_that_the_server_refuses_or_ends_are_errors(CaCommand command)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        call.Send(Ca.Create(2, "k:bo"));
        call.Reply(command == CaCommand.CreateChFail ? Ca.CreateFailed(2) : Ca.Disconnected(1));

        var finding = wire.Findings(FindingKind.ErrorStatus).Single();
        Assert.That(finding.Title, Does.Contain(command == CaCommand.CreateChFail ? "refused to create k:bo" : "disconnected k:ao"));
    }

    [Test]
    public void Rights_are_told_by_server_when_they_lack_are_lost_or_refused()
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version(), Ca.Create(1, "a:ro"), Ca.Create(2, "a:none"), Ca.Create(3, "a:rw"));
        call.Reply(
            Ca.Rights(1, 1), Ca.Created(1, 257), Ca.Rights(2, 0), Ca.Created(2, 258), Ca.Rights(3), Ca.Created(3, 259), Ca.Rights(3, 1));
        call.Send(Ca.Put(257, 10));
        call.Reply(Ca.PutDone(10, status: 0x178));

        var found = wire.Findings(FindingKind.AccessDenied);
        Assert.That(
            found.Select(finding => (finding.Severity, finding.Pvs[0])),
            Is.EquivalentTo(((FindingSeverity, string)[])
            [
                (FindingSeverity.Info, "a:ro"), (FindingSeverity.Warning, "a:none"), (FindingSeverity.Warning, "a:rw"), (FindingSeverity.Error, "a:ro"),
            ]));
    }

    [TestCase((ushort)12, 1)]
    [TestCase((ushort)13, 0)]
    public void Count_of_zero_needs_version_4_13(ushort minor, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.Open(wire);
        call.Send(Ca.Version(), Ca.Create(1, "k:wf"));
        call.Reply(Ca.Message(CaCommand.Version, count: minor), Ca.Rights(1), Ca.Created(1, 257));
        call.Send(Ca.Message(CaCommand.EventAdd, 257, 1, Ca.Double, 0, new byte[16]));

        Assert.That(wire.Findings(FindingKind.Transport), Has.Count.EqualTo(findings));
    }

    /// <summary>The round trip, 1 ms, is no delay; a segment that is sent again while another one came behind it is no probe.</summary>
    [TestCase(50.9, true, 0)]
    [TestCase(51, true, 1)]
    [TestCase(51, false, 0)]
    public void Slow_operation_with_a_retransmission_is_the_networks(double latency, bool isSentAgain, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        var request = call.FromClient(Ca.Get(257, 10));
        wire.Put(request, at: 2000);
        wire.Put(call.FromClient(Ca.EventsOn()), at: 2010);
        if (isSentAgain)
        {
            wire.Put(request, at: 2030);
        }

        wire.Put(call.FromServer(Ca.Got(10)), at: 2000 + latency);

        var found = wire.Findings(FindingKind.Transport);
        Assert.That(found.Select(finding => (finding.Count, finding.Pvs[0])), findings == 0 ? Is.Empty : Is.EqualTo(((long, string)[])[(1, "k:ao")]));
    }

    [TestCase(9, 0)]
    [TestCase(10, 1)]
    public void Many_retransmissions_are_told_without_a_slow_operation(int times, int findings)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        for (var i = 0; i < times; i++)
        {
            var update = call.FromServer(Ca.Update(1));
            wire.Put(update);
            wire.Put(call.FromServer(Ca.Update(1)));
            wire.Put(update, at: wire.Now + 100);
            wire.Put(call.Window(500));
        }

        wire.End();

        Assert.That(wire.Findings(FindingKind.Transport), Has.Count.EqualTo(findings));
    }

    [TestCase(199, 0)]
    [TestCase(200, 1)]
    public void Last_segment_sent_again_at_once_is_a_probe_of_its_sender(double after, int retransmissions)
    {
        var wire = Wire.WithDiagnosis();
        var call = TcpCall.WithChannels(wire, "k:ao");
        for (var i = 0; i < 10; i++)
        {
            var update = call.FromServer(Ca.Update(1));
            wire.Put(update);
            wire.Put(update, at: wire.Now + after);
            wire.Put(call.Window(500));
        }

        wire.End();

        Assert.That(wire.Findings(FindingKind.Transport), Has.Count.EqualTo(retransmissions));
    }

    private static void Answer(Wire wire)
    {
        SearchRuleTests.Search(wire, 7, "k:ao", 1, at: 1001);
        SearchRuleTests.Found(wire, Wire.Ioc, 7, at: 1002);
    }
}
