using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <content>ECHO and READ_SYNC, which have no ids.</content>
internal sealed partial class CircuitCorrelator
{
    /// <summary>How long libca waits for the reply to an ECHO before it takes the circuit for dead (CA_ECHO_TIMEOUT).</summary>
    private static readonly CaptureDuration EchoPatience = CaptureDuration.FromSeconds(5);

    /// <summary>
    /// Order is all that pairs echoes. Where a reply to the first that waits may be missing, or a request before it, this reply may belong to any
    /// of them: all end as lost, and order holds again from the next request on.
    /// </summary>
    private void AnswerEcho(in MessageContext at, CaCommand command)
    {
        var echoes = at.Operations.Echoes;
        if (!echoes.TryPeek(out var request))
        {
            at.Operations.ClientGapAt = null;
            log.NoRequest(at, Operation.Echo, EcaStatus.Normal);
        }
        else if (MayFollowUnseen(at.Operations, request) || at.Circuit.MayHaveMissedReplyTo(request.RequestedAt))
        {
            at.Operations.ClientGapAt = null;
            while (echoes.TryDequeue(out request))
            {
                log.EndUnanswered(at.End(Outcome.LostInGap), request);
            }
        }
        else if (request.Sid != (uint)command)
        {
            log.NoRequest(at, Operation.Echo, EcaStatus.Normal);
        }
        else
        {
            echoes.Dequeue();
            at.Operations.EchoesBeforeGap--;
            log.End(at, request, Outcome.Answered, EcaStatus.Normal);
        }
    }

    private static bool MayFollowUnseen(CircuitOperations operations, in PendingOperation echo) =>
        operations.ClientGapAt is { } gap && operations.EchoesBeforeGap == 0 && echo.RequestedAt - gap <= EchoPatience;
}
