using System.CommandLine;
using CaBridge.Cli.Commands;

namespace CaBridge.Cli.Live;

/// <summary>The options of <c>capture</c> that say where packets are kept on this host.</summary>
internal sealed class WriteOptions
{
    private const int DefaultFiles = 10;
    private const long BytesPerMegabyte = 1024 * 1024;

    private readonly Option<string?> _file = new("--write", "-w")
    {
        Description = "With -i, keep every packet that the filter takes in a pcapng file, too, those that are not Channel Access as well.",
        HelpName = "FILE",
    };

    private readonly Option<int> _size = NumberOption.Whole("--file-size", "Begin another file (FILE-00001.pcapng, …) when one has reached this; 0 is never.", value: 0, least: 0, unit: "MB");
    private readonly Option<int> _files = NumberOption.Whole("--files", "Keep so many of them: the oldest go, those of earlier runs, too.", DefaultFiles);

    /// <param name="devices">Without which there is nothing to keep.</param>
    public void AddTo(Command command, Option<string[]> devices)
    {
        command.Add(_file);
        command.Add(_size);
        command.Add(_files);
        command.Validators.Add(result =>
        {
            var isWritten = result.GetResult(_file) is not null;
            if (isWritten && result.GetResult(devices) is null)
            {
                result.AddError("--write keeps what -i captures; capture files are there already.");
            }

            if ((!isWritten && result.GetResult(_size) is { Implicit: false }) || (result.GetValue(_size) == 0 && result.GetResult(_files) is { Implicit: false }))
            {
                result.AddError("--files needs --file-size, and that needs --write.");
            }
        });
    }

    /// <returns>Null where nothing is to be kept.</returns>
    public PcapngRingOptions? Read(ParseResult parsed) => parsed.GetValue(_file) is not { } file ? null : new PcapngRingOptions
    {
        Path = file,
        FileBytes = parsed.GetValue(_size) * BytesPerMegabyte,
        Files = parsed.GetValue(_files),
    };
}
