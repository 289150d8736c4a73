using System.CommandLine;
using System.Text;
using CaBridge.Capture.Live;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Live;

/// <summary><c>cabridge interfaces</c>: where can be captured.</summary>
internal static class InterfacesCommand
{
    private static readonly string[] Formats = ["table", "json"];

    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "json is an object with a list.", DefaultValueFactory = _ => Formats[0] };
        format.AcceptOnlyFromAmong(Formats);
        var command = new Command("interfaces", "List the devices that 'cabridge capture -i' takes, the likeliest first.") { format };
        command.SetAction(parsed =>
        {
            var devices = CaptureDevices.List();
            using var output = StandardOutput.Open();
            if (parsed.GetValue(format) is "json")
            {
                InterfaceList.WriteJson(output, devices);
            }
            else
            {
                using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                InterfaceList.WriteTable(text, TextStyle.OfStandardOutput(), devices);
            }

            if (!CaptureRights.AreThere())
            {
                Complaint.Tell(CaptureRights.Sentence);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
