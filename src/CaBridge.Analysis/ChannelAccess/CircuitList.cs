namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Circuits in the order in which they were heard last, linked through themselves: a circuit is in one list at a time.</summary>
internal sealed class CircuitList
{
    private Circuit? _newest;

    /// <summary>The one that was silent the longest; with <see cref="Circuit.Newer"/> a walk over all.</summary>
    public Circuit? Oldest { get; private set; }

    public void AddNewest(Circuit circuit)
    {
        circuit.Older = _newest;
        circuit.Newer = null;
        if (_newest is not null)
        {
            _newest.Newer = circuit;
        }

        _newest = circuit;
        Oldest ??= circuit;
    }

    public void MakeNewest(Circuit circuit)
    {
        if (!ReferenceEquals(circuit, _newest))
        {
            Remove(circuit);
            AddNewest(circuit);
        }
    }

    public void Remove(Circuit circuit)
    {
        if (circuit.Newer is { } newer)
        {
            newer.Older = circuit.Older;
        }
        else
        {
            _newest = circuit.Older;
        }

        if (circuit.Older is { } older)
        {
            older.Newer = circuit.Newer;
        }
        else
        {
            Oldest = circuit.Newer;
        }

        circuit.Older = circuit.Newer = null;
    }
}
