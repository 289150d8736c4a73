using System.CommandLine;
using CaBridge.Analysis.Text;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Wireshark;

/// <summary><c>cabridge wireshark doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var extcap = new Option<string?>("--extcap") { Description = "The capture program that should be installed, if it is not beside this one.", HelpName = "FILE" };
        var command = new Command("doctor", "Tell what Wireshark finds of CaBridge, what is wrong, and what to do.") { extcap };
        command.SetAction(parsed =>
        {
            try
            {
                return Run(new Examination(Host.Current, Payload.Open(Host.Current, parsed.GetValue(extcap))));
            }
            catch (UnauthorizedAccessException failure)
            {
                Complaint.Tell($"What is installed cannot be read: {failure.Message}");
                return ExitCode.WiresharkFault;
            }
        });
        return command;
    }

    private static int Run(Examination examination)
    {
        var style = TextStyle.OfStandardOutput();
        var isBad = false;

        // as they come: some take seconds
        foreach (var finding in examination.Findings())
        {
            Write(Console.Out, style, finding);
            isBad |= finding.Verdict is Verdict.Bad;
        }

        return isBad ? ExitCode.WiresharkFault : ExitCode.Success;
    }

    private static void Write(TextWriter output, TextStyle style, Finding finding)
    {
        var text = ForeignText.Line(finding.Text);
        output.WriteLine(finding.Verdict switch
        {
            Verdict.Good => $"✓ {text}",
            Verdict.Doubtful => style.Alert($"! {text}"),
            _ => style.Alert($"✗ {text}"),
        });
        if (finding.Advice is { } advice)
        {
            output.WriteLine($"    {ForeignText.Line(advice)}");
        }
    }
}
