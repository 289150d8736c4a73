using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace CaBridge.Cli.Commands;

/// <summary>Options that take a number within bounds; another one is a usage error that names the option.</summary>
internal static class NumberOption
{
    private const long MaxSeconds = 1_000_000_000;

    /// <param name="least">0 or 1.</param>
    /// <param name="most">Above it.</param>
    /// <param name="unit">What help has in the place of the number.</param>
    public static Option<int> Whole(string name, string description, int value, int least = 1, int most = int.MaxValue, string unit = "N") => new(name)
    {
        Description = description,
        HelpName = unit,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
            int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : Refuse(result, $"{name} needs a whole number from {least} to {most}."),
    };

    /// <summary>More than 0, up to 32 years.</summary>
    public static Option<double> Seconds(string name, string description, double value) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
            double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= MaxSeconds
                ? number
                : Refuse(result, $"{name} needs a number of seconds above 0 and up to {MaxSeconds}, written such as 2.5."),
    };

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public static Option<double> Real(string name, string description, double value, double least, double most, string unit) => new(name)
    {
        Description = description,
        HelpName = unit,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
            double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : Refuse(result, string.Create(CultureInfo.InvariantCulture, $"{name} needs a number from {least} to {most}, written such as 0.5.")),
    };

    private static int Refuse(ArgumentResult result, string sentence)
    {
        result.AddError(sentence);
        return 0;
    }
}
