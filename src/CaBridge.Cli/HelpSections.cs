using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CaBridge.Cli;

/// <summary>The library's help, then what it does not have: examples and exit codes.</summary>
/// <param name="help">The library's.</param>
/// <param name="examples">By the command's name.</param>
internal sealed class HelpSections(HelpAction help, IReadOnlyDictionary<string, string> examples) : SynchronousCommandLineAction
{
    /// <param name="root">Whose help option is that of every command.</param>
    /// <param name="examples">By the command's name.</param>
    public static void AddTo(RootCommand root, IReadOnlyDictionary<string, string> examples)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpSections((HelpAction)option.Action!, examples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.TryGetValue(parseResult.CommandResult.Command.Name, out var text))
        {
            output.WriteLine(text);
            output.WriteLine();
        }

        output.WriteLine(ExitCode.Help);
        return code;
    }
}
