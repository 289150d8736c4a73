using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;
using CaBridge.Analysis.Statistics;

namespace CaBridge.Analysis.Transactions;

/// <summary>Where every operation ends: keeps the account and tells the handler.</summary>
internal sealed class TransactionLog(AnalyzerOptions options, AnomalyLog anomalies, TransactionHandler? handler)
{
    public OperationLedger Ledger { get; } = new();

    /// <summary>Requests on circuits that have not ended.</summary>
    public long Open { get; private set; }

    /// <summary>Requests that were told as timed out and whose reply may still come.</summary>
    public long Overdue { get; private set; }

    public void Requested(Operation operation)
    {
        Open += IsOnCircuit(operation) ? 1 : 0;
        Ledger.Requested(operation);
    }

    /// <summary>A reply came. One that came after the timeout ends the operation as timed out, with its latency.</summary>
    public void End(in MessageContext at, in PendingOperation request, Outcome outcome, uint status)
    {
        if (request.IsOverdue)
        {
            Overdue--;
            Late(at.Frame);
            return;
        }

        if (request.Operation is Operation.Create or Operation.Clear && at.Circuit.MayConfuseReplyTo(request.RequestedAt))
        {
            EndUnanswered(at.End(Outcome.LostInGap), request);
            return;
        }

        at.Circuit.Transactions++;
        var latency = CaptureDuration.NotNegative(at.Time - request.RequestedAt);
        Ended(new Transaction
        {
            Operation = request.Operation,
            Outcome = outcome,
            Pv = request.Pv,
            Client = at.Circuit.Client,
            Server = at.Circuit.Server,
            RequestedAt = request.RequestedAt,
            Latency = latency,
            Network = at.Circuit.NetworkWithin(request.RequestedAt, latency),
            EndedAt = at.Time,
            Status = status,
            RequestFrame = request.Frame,
            ReplyFrame = at.Frame,
            Bytes = request.Bytes + at.Bytes,
            Tries = 1,
            FanOut = 1,
        });
    }

    /// <summary>No reply will come, or be waited for. Where the capture missed what the server sent, that may have been the reply.</summary>
    /// <param name="isSkipped">As <see cref="Transaction.IsSkipped"/>.</param>
    public void EndUnanswered(in CircuitEnd end, in PendingOperation request, bool isSkipped = false)
    {
        if (request.IsOverdue)
        {
            Overdue--;
            return;
        }

        var circuit = end.Circuit;
        circuit.Transactions++;
        var timedOut = end.Now - request.RequestedAt > options.Timeout;
        Ended(new Transaction
        {
            Operation = request.Operation,
            Outcome = circuit.MayHaveMissedReplyTo(request.RequestedAt) ? Outcome.LostInGap : timedOut ? Outcome.TimedOut : end.Outcome,
            Pv = request.Pv,
            Client = circuit.Client,
            Server = circuit.Server,
            RequestedAt = request.RequestedAt,
            EndedAt = end.Now,
            IsSkipped = isSkipped,
            RequestFrame = request.Frame,
            Bytes = request.Bytes,
            Tries = 1,
            FanOut = 1,
        });
    }

    /// <summary>Tells a request whose timeout is over and marks it, so that its late reply is known as one.</summary>
    /// <returns>Whether nothing is to be told of it any more.</returns>
    public bool TryExpire(Circuit circuit, ref PendingOperation request, CaptureTime now, bool isSkipped = false)
    {
        if (!request.IsOverdue && now - request.RequestedAt > options.Timeout)
        {
            EndUnanswered(new CircuitEnd(circuit, Outcome.TimedOut, now), request, isSkipped);
            request = request with { IsOverdue = true };
            Overdue++;
        }

        return request.IsOverdue;
    }

    /// <summary>The reply to an operation that was told as timed out.</summary>
    public void Late(long frame) => anomalies.Add(AnomalyKind.ReplyLate, frame);

    /// <summary>A reply to nothing that was seen.</summary>
    public void NoRequest(in MessageContext at, Operation operation, uint status)
    {
        at.Circuit.Transactions++;
        NoRequest(operation, at.Circuit.Client, at.Circuit.Server, status, new MessageStamp(at.Time, at.Frame, at.Bytes));
    }

    public void NoRequest(Operation operation, Endpoint client, Endpoint server, uint status, in MessageStamp at)
    {
        Ended(new Transaction
        {
            Operation = operation,
            Outcome = Outcome.NoRequest,
            Client = client,
            Server = server,
            RequestedAt = at.Time,
            EndedAt = at.Time,
            Status = status,
            ReplyFrame = at.Frame,
            Bytes = at.Bytes,
            Tries = 1,
            FanOut = 1,
        });
    }

    public void Ended(in Transaction transaction)
    {
        if (transaction.Latency is { } latency && latency > options.Timeout)
        {
            Late(transaction.ReplyFrame);
            Tell(transaction with { Outcome = Outcome.TimedOut });
            return;
        }

        Tell(transaction);
    }

    private static bool IsOnCircuit(Operation operation) => operation is not (Operation.Search or Operation.Connect);

    private void Tell(in Transaction transaction)
    {
        Open -= transaction.Outcome != Outcome.NoRequest && IsOnCircuit(transaction.Operation) ? 1 : 0;
        Ledger.Ended(transaction.Operation, transaction.Outcome);
        handler?.Invoke(transaction);
    }

    public void Keep(StateArchive archive)
    {
        (Open, Overdue) = (archive.Value(Open), archive.Value(Overdue));
        Ledger.Keep(archive);
    }
}
