using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis;

/// <summary>packet → segment/datagram → ordered bytes → message → transaction, for one sensor.</summary>
public sealed class Analyzer(
    AnalyzerOptions options,
    Decapsulator? decapsulate = null,
    MessageHandler? onMessage = null,
    TransactionHandler? onTransaction = null)
{
    /// <summary>Takes the next frame; frames come in the order of time, as far as the capture has it.</summary>
    public void Push(in Packet packet)
    {
        _ = (options, decapsulate, onMessage, onTransaction);
        throw new NotSupportedException();
    }

    /// <summary>Ends what has timed out by <paramref name="time"/>, where no packet tells the time.</summary>
    public void AdvanceTo(CaptureTime time) => throw new NotSupportedException();

    /// <summary>The recording has ended: delivers what was held and ends every open operation.</summary>
    public void Complete() => throw new NotSupportedException();

    public AnalyzerSnapshot Snapshot() => throw new NotSupportedException();
}
