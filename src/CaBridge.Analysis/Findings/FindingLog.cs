namespace CaBridge.Analysis.Findings;

/// <summary>The causes seen so far, one entry each; bounded per kind.</summary>
internal sealed class FindingLog(DiagnosisOptions options)
{
    private const uint Others = uint.MaxValue;

    private readonly Dictionary<FindingKey, FindingEntry> _entries = [];
    private readonly int[] _counts = new int[FindingNames.All.Count];

    public IEnumerable<FindingEntry> Entries => _entries.Values;

    /// <summary>Entries that were ever opened; the number of the latest.</summary>
    public long Opened { get; private set; }

    public FindingEntry? Find(FindingKey key) => _entries.GetValueOrDefault(key);

    /// <summary>The entry of a cause, made if it is new. Beyond the bound it is that of all others of its kind.</summary>
    public FindingEntry Open(FindingKey key, CaptureTime at, FindingComposer compose)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            return entry;
        }

        if (_counts[(int)key.Kind] >= options.MaxFindingsPerKind)
        {
            (key, compose) = (new FindingKey(key.Kind, Detail: Others), ComposeOthers);
            if (_entries.TryGetValue(key, out entry))
            {
                return entry;
            }
        }

        _counts[(int)key.Kind]++;
        entry = new FindingEntry(key, at, compose) { Number = ++Opened };
        entry.AddPv(key.Pv);
        entry.AddServer(key.Server);
        entry.AddClient(key.Client);
        _entries.Add(key, entry);
        return entry;
    }

    /// <summary>What was taken for a finding was none.</summary>
    public void Remove(FindingKey key)
    {
        if (_entries.Remove(key))
        {
            _counts[(int)key.Kind]--;
        }
    }

    private static FindingWords ComposeOthers(FindingEntry entry, DiagnosisFacts facts) => new(
        $"Further findings of {entry.Key.Kind.Id()}: there are too many to tell them apart",
        "See to those that are told first; the limit of findings of one kind is an option.");
}
