using CaBridge.Agent;
using CaBridge.Contracts.V1;
using Grpc.Core;

namespace CaBridge.Cli.Live;

/// <summary>Follows the transactions of a server; where it goes away, until it is back.</summary>
/// <param name="client">The server.</param>
/// <param name="filter">Which transactions.</param>
/// <param name="onTransactions">Gets them as they come, one message after the other.</param>
/// <param name="tell">Gets sentences for the user.</param>
internal sealed class TransactionWatch(
    AnalysisService.AnalysisServiceClient client, Contracts.V1.TransactionFilter filter, Action<IReadOnlyList<Transaction>> onTransactions, Action<string> tell)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private bool _wasConnected;
    private bool _isAway;

    /// <summary>Returns when it is cancelled.</summary>
    /// <exception cref="AgentException">The server refuses, or was not there at the beginning; the message is for the user.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = FirstPause;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancel);
            }
            catch (RpcException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException failure)
            {
                ServerFault.ThrowIfFinal(failure);
                if (!_wasConnected)
                {
                    throw new AgentException($"The server cannot be reached: {ServerFault.Sentence(failure)}", failure);
                }

                pause = _isAway ? pause : FirstPause;
                TellAway(ServerFault.Sentence(failure));
            }

            await Task.Delay(pause + (pause * Random.Shared.NextDouble() / 2), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        using var call = client.WatchTransactions(new WatchTransactionsRequest { Filter = filter }, cancellationToken: cancel);
        while (await call.ResponseStream.MoveNext(cancel))
        {
            // the first message is empty: from here on nothing is missed
            TellBack();
            var message = call.ResponseStream.Current;
            if (message.Lost > 0)
            {
                tell(FormattableString.Invariant($"{message.Lost:N0} transactions are missing here: they came faster than they were taken"));
            }

            onTransactions(message.Transactions);
        }

        TellAway("it has ended the answer");
    }

    private void TellAway(string reason)
    {
        if (!_isAway)
        {
            tell($"the server is away, trying again: {reason}");
        }

        _isAway = true;
    }

    private void TellBack()
    {
        if (!_wasConnected)
        {
            tell("connected; transactions follow as they end");
        }
        else if (_isAway)
        {
            tell("the server is back; what it saw meanwhile is missing here");
        }

        (_wasConnected, _isAway) = (true, false);
    }
}
