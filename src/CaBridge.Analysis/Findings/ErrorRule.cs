using System.Text;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>Replies that tell of errors: a status other than ECA_NORMAL, ERROR, CREATE_CH_FAIL, SERVER_DISCONN.</summary>
internal sealed class ErrorRule(FindingLog log, AccessRule access)
{
    private const uint TooLarge = 0x48;
    private const uint ArrayClient = 0x1d0;
    private const int MaxTextBytes = 200;

    /// <summary>Whether a server's message may be one.</summary>
    public static bool IsError(in CaHeader header) => header.Command switch
    {
        CaCommand.EventAdd => header.Parameter1 != EcaStatus.Normal && header.PayloadSize > 0,
        CaCommand.ReadNotify or CaCommand.WriteNotify => header.Parameter1 != EcaStatus.Normal,
        CaCommand.Error or CaCommand.CreateChFail or CaCommand.ServerDisconn => true,
        _ => false,
    };

    /// <summary>Takes a message that <see cref="IsError"/>.</summary>
    public void Take(Circuit circuit, in CaHeader header, ReadOnlySpan<byte> payload, PvName? pv, CaptureTime at, long frame)
    {
        var (request, status, text) = (header.Command, header.Parameter1, "");
        if (header.Command == CaCommand.Error)
        {
            status = header.Parameter2;
            if (ErrorPayload.TryRead(payload, out var error))
            {
                request = error.Request.Command;
                text = Encoding.UTF8.GetString(error.Text[..Math.Min(error.Text.Length, MaxTextBytes)]);
            }
        }
        else if (header.Command is CaCommand.CreateChFail or CaCommand.ServerDisconn)
        {
            status = 0;
        }

        if (AccessRule.IsRefusal(status))
        {
            access.TakeRefusal(circuit, status, pv, at, frame);
            return;
        }

        if (status == HeadOfLineRule.InProgress)
        {
            return;
        }

        var entry = log.Open(new FindingKey(FindingKind.ErrorStatus, pv, circuit.Server, Detail: ((uint)request << 16) | (status & 0xFFFF)), at, Compose);
        entry.Severity = EcaStatus.Severity(status) is EcaSeverity.Success or EcaSeverity.Info && status != 0 ? FindingSeverity.Info : FindingSeverity.Warning;
        entry.AddClient(circuit.Client.Host);
        entry.Extra ??= new Error(request, status, string.Equals(text, pv?.Text, StringComparison.Ordinal) ? "" : text);
        entry.See(at, frame);
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts)
    {
        var (request, status, text) = (Error)entry.Extra!;
        var of = $"{DiagnosisFacts.Name(entry.Key.Pv)} for {facts.Clients(entry)}";
        var details = text.Length == 0 ? null : (IReadOnlyList<string>)[$"The server says: {text}"];
        var times = DiagnosisFacts.Count(entry.Count, "time");
        return request switch
        {
            CaCommand.CreateChFail => new(
                $"{DiagnosisFacts.Servers(entry)} refused to create {of}, {times} (CREATE_CH_FAIL)",
                "The server answered the search and does not have the name now: a gateway without its IOC, or a record that was just deleted."),
            CaCommand.ServerDisconn => new(
                $"{DiagnosisFacts.Servers(entry)} disconnected {of}, {times} (SERVER_DISCONN)",
                "The server has deleted the channel, as gateways do when they lose their IOC."),
            _ => new($"{DiagnosisFacts.Servers(entry)} failed {request.Name()} of {of}, {times}: {EcaStatus.Name(status)}", AdviceOf(status), details),
        };
    }

    private static string AdviceOf(uint status) => status switch
    {
        TooLarge or ArrayClient => "Raise EPICS_CA_MAX_ARRAY_BYTES on the side that refuses, or ask for fewer elements.",
        _ => $"{EcaStatus.Sentence(status) ?? "The status is none that caerr.h defines."} Look at the record and its device support, and at the type and count that the client asks for.",
    };

    private sealed record Error(CaCommand Request, uint Status, string Text);
}
