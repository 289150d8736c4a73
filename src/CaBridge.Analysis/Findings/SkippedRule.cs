using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>A get or put that stayed without reply although three or more that were sent later, on the same circuit, were answered.</summary>
internal sealed class SkippedRule(FindingLog log)
{
    /// <summary>Takes a request that is <see cref="Transaction.IsSkipped"/>.</summary>
    public void Take(in Transaction request)
    {
        // a put with callback may take as long as what it starts
        var mayStillRun = request.Operation == Operation.Put && request.Outcome != Outcome.TimedOut;
        if (mayStillRun || request.Outcome is not (Outcome.Pending or Outcome.TimedOut or Outcome.CircuitClosed))
        {
            return;
        }

        var entry = log.Open(new FindingKey(FindingKind.SkippedRequest, request.Pv, request.Server, request.Client.Host), request.RequestedAt, Compose);
        entry.Confidence = request.Operation == Operation.Put || request.Outcome == Outcome.Pending ? FindingConfidence.Medium : FindingConfidence.High;
        entry.See(request.EndedAt, request.RequestFrame);
        entry.NoteLongest(request.EndedAt - request.RequestedAt);
        entry.Amount += request.Operation == Operation.Put ? 1 : 0;
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts) => new(
        $"{DiagnosisFacts.Servers(entry)} left {DiagnosisFacts.Count(entry.Count, entry.Amount == entry.Count ? "put" : entry.Amount == 0 ? "get" : "request")} of {DiagnosisFacts.Name(entry.Key.Pv)} by {facts.Clients(entry)} without reply (waited up to {DurationUnit.Text(entry.Longest.Nanoseconds)}), and answered later ones",
        entry.Amount > 0
            ? "A put with callback is answered when the record has been processed: look for a record that never finishes (PACT), or a device that does not answer."
            : "Servers answer the gets of a circuit in order: look at the record's device support and at gateways between.");
}
