using CaBridge.Analysis.State;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>Counts requests when they are made and outcomes when they are known, for each operation.</summary>
public sealed class OperationLedger
{
    private const int Outcomes = (int)Outcome.NoRequest + 1;

    private readonly long[] _requests = new long[OperationNames.Count];
    private readonly long[] _outcomes = new long[OperationNames.Count * Outcomes];

    public void Requested(Operation operation) => _requests[(int)operation]++;

    public void Ended(Operation operation, Outcome outcome) => _outcomes[((int)operation * Outcomes) + (int)outcome]++;

    /// <summary>Counts an ended operation whole: its request, if there was one, and its outcome.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome != Outcome.NoRequest)
        {
            Requested(transaction.Operation);
        }

        Ended(transaction.Operation, transaction.Outcome);
    }

    public void Merge(OperationLedger other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _requests.Length; i++)
        {
            _requests[i] += other._requests[i];
        }

        for (var i = 0; i < _outcomes.Length; i++)
        {
            _outcomes[i] += other._outcomes[i];
        }
    }

    /// <summary>The account of each operation that was seen, in the order of <see cref="Operation"/>. What has not ended is pending.</summary>
    public IReadOnlyList<OperationAccount> Accounts()
    {
        var accounts = new List<OperationAccount>();
        for (var operation = (Operation)0; (int)operation < OperationNames.Count; operation++)
        {
            var requests = _requests[(int)operation];
            var ended = 0L;
            for (var outcome = Outcome.Answered; outcome < Outcome.NoRequest; outcome++)
            {
                ended += Of(operation, outcome);
            }

            if (requests == 0 && Of(operation, Outcome.NoRequest) == 0)
            {
                continue;
            }

            accounts.Add(new OperationAccount(
                operation,
                requests,
                Of(operation, Outcome.Answered),
                Of(operation, Outcome.Failed),
                Of(operation, Outcome.Pending) + requests - ended,
                Of(operation, Outcome.TimedOut),
                Of(operation, Outcome.CircuitClosed),
                Of(operation, Outcome.LostInGap),
                Of(operation, Outcome.NoRequest)));
        }

        return accounts;
    }

    private long Of(Operation operation, Outcome outcome) => _outcomes[((int)operation * Outcomes) + (int)outcome];

    internal void Keep(StateArchive archive)
    {
        archive.Values<long>(_requests);
        archive.Values<long>(_outcomes);
    }
}
