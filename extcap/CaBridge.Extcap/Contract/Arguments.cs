namespace CaBridge.Extcap.Contract;

/// <summary>
/// What Wireshark put on the command line: <c>--name value</c>, <c>--name=value</c> or <c>--name</c> alone, in any order. Names that nobody asks for
/// are passed over, as newer versions add some. A value has no dashes in front, but that of <see cref="Names.ReloadOption"/>, which is a name.
/// </summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    public Arguments(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsName(words[i]))
            {
                continue;
            }

            var equals = words[i].IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                _values[words[i][..equals]] = words[i][(equals + 1)..];
            }
            else
            {
                var hasValue = i + 1 < words.Count && (!IsName(words[i + 1]) || words[i] is Names.ReloadOption);
                _values[words[i]] = hasValue ? words[++i] : null;
            }
        }
    }

    /// <summary>Whether the name is there, with a value or without.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Null where the name is not there, or its value is empty: an empty field of the dialog is none.</summary>
    public string? Value(string name) => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static bool IsName(string word) => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2;
}
