using System.Globalization;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>
/// Raw records, a line each, as they end. Columns are padded and never cut, so a long PV name moves the rest of its line; none of them holds
/// a space but the latency and its unit, and what is said of a failure at the end.
/// </summary>
internal sealed class TransactionText(TextWriter output, TextStyle style)
{
    private readonly EndpointTexts<string> _hosts = new(endpoint => endpoint.AddressText());
    private string? _date;

    /// <summary>Passes over replies without request, as JSON does.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome == Outcome.NoRequest)
        {
            return;
        }

        WriteDateIfNew(InstantText.Date(transaction.RequestedAt));
        var latency = transaction.Latency is { } known ? DurationUnit.Text(known.Nanoseconds) : "-";
        var reply = transaction.ReplyFrame == 0 ? "-" : transaction.ReplyFrame.ToString(CultureInfo.InvariantCulture);
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(transaction.Pv),-20} {_hosts.Of(transaction.Server),-13} {InstantText.TimeOfDay(transaction.RequestedAt),15} {latency,10} "));
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{transaction.Operation.Name(),-9} {_hosts.Of(transaction.Client),-13} {transaction.RequestFrame}:{reply}"));
        if (transaction.Outcome != Outcome.Answered)
        {
            output.Write($" {style.Alert(Ending(in transaction))}");
        }

        output.WriteLine();
    }

    /// <summary>Sets apart what follows.</summary>
    public void End()
    {
        if (_date is not null)
        {
            output.WriteLine();
        }
    }

    private static string NameOf(PvName? pv) => pv is null ? "-" : ForeignText.Word(pv.Text);

    private static string Ending(in Transaction transaction) =>
        transaction.Outcome == Outcome.Failed && transaction.Status > EcaStatus.Normal
            ? StatusText.Of(transaction.Status)!
            : OutcomeText.Words(transaction.Outcome);

    private void WriteDateIfNew(string date)
    {
        if (string.Equals(date, _date, StringComparison.Ordinal))
        {
            return;
        }

        _date = date;
        output.Write(style.Heading($"{"PV",-20} {"server",-13} {date + " UTC",15} {"latency",10} {"operation",-9} {"client",-13} frames"));
        output.WriteLine();
    }
}
