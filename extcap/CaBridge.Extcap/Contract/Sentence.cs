using System.Text;

namespace CaBridge.Extcap.Contract;

/// <summary>A line for Wireshark: a keyword, then fields in braces.</summary>
internal static class Sentence
{
    /// <param name="fields">Those whose value is null are left out.</param>
    public static string Of(string keyword, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var line = new StringBuilder(keyword).Append(' ');
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                line.Append('{').Append(name).Append('=');
                foreach (var character in value)
                {
                    // a value ends at a brace that another one, a space or the end follows
                    line.Append(character switch
                    {
                        '{' => '(',
                        '}' => ')',
                        _ when char.IsControl(character) => ' ',
                        _ => character,
                    });
                }

                line.Append('}');
            }
        }

        return line.ToString();
    }
}
