using CaBridge.Agent;
using Grpc.Core;

namespace CaBridge.Cli.Live;

/// <summary>Follows what a server tells as it happens; where it goes away, until it is back.</summary>
/// <param name="watch">Begins to watch. The first message comes at once: from then on nothing is missed.</param>
/// <param name="onMessage">Gets what comes, one message after the other.</param>
/// <param name="connected">What to say at the beginning.</param>
/// <param name="back">What to say where it was away.</param>
/// <param name="tell">Gets sentences for the user.</param>
internal sealed class ServerWatch<T>(
    Func<CancellationToken, AsyncServerStreamingCall<T>> watch, Action<T> onMessage, string connected, string back, Action<string> tell)
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
        using var call = watch(cancel);
        while (await call.ResponseStream.MoveNext(cancel))
        {
            TellBack();
            onMessage(call.ResponseStream.Current);
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
            tell(connected);
        }
        else if (_isAway)
        {
            tell(back);
        }

        (_wasConnected, _isAway) = (true, false);
    }
}
