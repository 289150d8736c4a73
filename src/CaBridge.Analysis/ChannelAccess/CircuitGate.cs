using CaBridge.Analysis.Tcp;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>
/// Decides what a connection carries, from its bytes. An address learned from a search reply or a beacon, or the default port, adds to the
/// evidence; alone it is none: HTTP on port 5064 is HTTP.
/// </summary>
internal sealed class CircuitGate(LearnedEndpoints learned)
{
    /// <summary>What an address adds: with a VERSION on top it is enough.</summary>
    private const int AddressEvidence = (int)HeaderEvidence.Strong;

    /// <summary>Asked of a connection at an unknown address whose start was not seen.</summary>
    private const int EnoughMidStream = 2 * CaRecognizer.Enough;

    /// <summary>Chunks without evidence after which a connection whose start was not seen is left alone.</summary>
    private const int MaxMisses = 512;

    private const int StartBytes = 1024;

    /// <summary>Weighs the chunk that was added last to <see cref="Circuit.Held"/>, or that found no room there.</summary>
    /// <param name="fromStart">Whether the side's bytes are held from its SYN on.</param>
    public void Weigh(Circuit circuit, in StreamChunk chunk, bool fromStart, bool isFull)
    {
        if (fromStart)
        {
            WeighStart(circuit, chunk.Side, isFull);
        }
        else
        {
            WeighMidStream(circuit, chunk);
        }

        if (circuit.State == CircuitState.Undecided)
        {
            Decide(circuit, fromStart, isFull);
        }
    }

    private void WeighStart(Circuit circuit, int side, bool isFull)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        var bytes = start[..circuit.Held.CopyStart(side, start)];
        var chain = CaRecognizer.Follow(bytes, Sender.Unknown, atStreamStart: true);
        if ((chain.Contradicted || !CaRecognizer.CanBegin(bytes) || (isFull && chain.Points == 0)) && !IsLearned(circuit))
        {
            circuit.State = CircuitState.SomethingElse;
        }

        circuit.Evidence[side] = chain.Contradicted ? 0 : chain.Points;
    }

    private void WeighMidStream(Circuit circuit, in StreamChunk chunk)
    {
        var chain = CaRecognizer.Follow(chunk.Bytes, Sender.Unknown, atStreamStart: false);
        var plausible = !chain.Contradicted && (chain.EndsOnBoundary || chain.Points >= CaRecognizer.Enough);
        if (plausible)
        {
            circuit.Evidence[chunk.Side] += chain.Points;
            return;
        }

        if (HasAddress(circuit) && CaRecognizer.FindBoundary(chunk.Bytes, Sender.Unknown, first: 0) >= 0)
        {
            circuit.Evidence[chunk.Side] += CaRecognizer.Enough;
            return;
        }

        circuit.Misses++;
        circuit.Evidence[0] = circuit.Evidence[1] = 0;
        circuit.Held.Clear();
        if (circuit.Misses > MaxMisses && !IsLearned(circuit))
        {
            circuit.State = CircuitState.SomethingElse;
        }
    }

    private void Decide(Circuit circuit, bool fromStart, bool isFull)
    {
        var evidence = circuit.Evidence[0] + circuit.Evidence[1];
        var total = evidence == 0 ? 0 : evidence + (HasAddress(circuit) ? AddressEvidence : 0);
        if (total < (fromStart || HasAddress(circuit) ? CaRecognizer.Enough : EnoughMidStream))
        {
            return;
        }

        if (circuit.ClientSide < 0)
        {
            circuit.ClientSide = FindClient(circuit);
        }

        if (circuit.ClientSide >= 0 || isFull)
        {
            circuit.State = CircuitState.ChannelAccess;
        }
    }

    private int FindClient(Circuit circuit)
    {
        if (learned.IsServer(circuit.Key.First) != learned.IsServer(circuit.Key.Second))
        {
            return learned.IsServer(circuit.Key.First) ? 1 : 0;
        }

        for (var i = 0; i < circuit.Held.Count; i++)
        {
            var chunk = circuit.Held[i];
            var sender = CaRecognizer.TellSender(chunk.Bytes);
            if (sender != Sender.Unknown)
            {
                return sender == Sender.Client ? chunk.Side : 1 - chunk.Side;
            }
        }

        return (circuit.Key.First.Port == LearnedEndpoints.ServerPort, circuit.Key.Second.Port == LearnedEndpoints.ServerPort) switch
        {
            (true, false) => 1,
            (false, true) => 0,
            _ => -1,
        };
    }

    private bool IsLearned(Circuit circuit) => learned.IsServer(circuit.Key.First) || learned.IsServer(circuit.Key.Second);

    private bool HasAddress(Circuit circuit) =>
        circuit.Key.First.Port == LearnedEndpoints.ServerPort || circuit.Key.Second.Port == LearnedEndpoints.ServerPort || IsLearned(circuit);
}
