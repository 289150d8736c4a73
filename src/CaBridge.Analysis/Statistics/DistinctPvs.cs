using System.Numerics;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Statistics;

/// <summary>Counts PVs, each once; by their index, a bit each.</summary>
public sealed class DistinctPvs
{
    private const int WordBits = 64;

    private ulong[] _words = [];

    public long Count { get; private set; }

    /// <summary>Whether there were names beyond the bound of the table of names: they are not counted.</summary>
    public bool HasMore { get; private set; }

    public void Add(PvName? pv)
    {
        if (pv is null)
        {
            return;
        }

        if (pv.Index < 0)
        {
            HasMore = true;
            return;
        }

        var word = pv.Index / WordBits;
        if (word >= _words.Length)
        {
            Array.Resize(ref _words, (int)BitOperations.RoundUpToPowerOf2((uint)word + 1));
        }

        var bit = 1UL << (pv.Index % WordBits);
        Count += (_words[word] & bit) == 0 ? 1 : 0;
        _words[word] |= bit;
    }
}
