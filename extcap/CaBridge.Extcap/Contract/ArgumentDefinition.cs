namespace CaBridge.Extcap.Contract;

/// <summary>An option that Wireshark shows in its dialog, as <c>arg</c> sentences have it.</summary>
/// <param name="Call">With its dashes.</param>
/// <param name="Type">As Wireshark 4.0 knows them.</param>
/// <param name="Group">The dialog's tab.</param>
internal sealed record ArgumentDefinition(string Call, string Display, string Type, string Group, string Tooltip)
{
    /// <summary>The value without the dialog; what reads the option has the same.</summary>
    public string? Default { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>A regular expression that the value must match.</summary>
    public string? Validation { get; init; }

    public bool Reloads { get; init; }

    /// <summary>Of <c>fileselect</c>: whether the file must be there.</summary>
    public bool? MustExist { get; init; }

    public string ToSentence(int number) => Sentence.Of(
        "arg",
        ("number", Number(number)),
        ("call", Call),
        ("display", Display),
        ("type", Type),
        ("default", Default),
        ("tooltip", Tooltip),
        ("placeholder", Placeholder),
        ("validation", Validation),
        ("reload", Reloads ? "true" : null),
        ("mustexist", MustExist switch { null => null, true => "true", false => "false" }),
        ("group", Group));

    public static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
