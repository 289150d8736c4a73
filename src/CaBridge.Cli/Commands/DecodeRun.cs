using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Capture;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Commands;

internal enum MessageFormat
{
    Text,
    Json,
}

/// <summary>One <c>decode</c> as the command line asks for it: reads files once, and writes in big pieces, or when a pipe has no more for now.</summary>
internal sealed class DecodeRun
{
    private const int WriteAtBytes = 64 * 1024;
    private const string NothingSelected = "No message matches the selection (--operation, --command, --pv, --from, --to).";

    private readonly Utf8Buffer _buffer = new();
    private CaptureTime _start;
    private long _seen;
    private long _written;

    public required IReadOnlyList<string> Files { get; init; }

    public required AnalyzerOptions Options { get; init; }

    public required MessageFilter Filter { get; init; }

    /// <summary>Messages written at most.</summary>
    public required long Limit { get; init; }

    public required MessageFormat Format { get; init; }

    public required TimeFormat TimeFormat { get; init; }

    /// <returns>The exit code.</returns>
    /// <exception cref="CaptureException">No file can be opened; nothing has been printed then.</exception>
    /// <exception cref="IOException">The output cannot be written (<see cref="StandardOutput.IsClosedPipe"/>).</exception>
    /// <exception cref="InterruptedException">The user ended it; what was decoded has been printed.</exception>
    public int Execute()
    {
        using var output = StandardOutput.Open();
        using var input = CaptureInput.Open(Files, () => _buffer.WriteTo(output));
        using var json = new MessageJson(_buffer);
        try
        {
            new CaptureRun(input, new Analyzer(Options, OtherEncapsulations.TryFindIp, Writer(json)), isQuiet: false)
                .Read(start => _start = start, GoesOn);
        }
        catch (InterruptedException)
        {
            _buffer.WriteTo(output);
            throw;
        }

        _buffer.WriteTo(output);
        return ReadingVerdict.Tell(Files, input.Problems, found: _seen > 0, missed: _written == 0 ? NothingSelected : null);

        bool GoesOn()
        {
            if (_buffer.Length >= WriteAtBytes)
            {
                _buffer.WriteTo(output);
            }

            return _written < Limit;
        }
    }

    private MessageHandler Writer(MessageJson json)
    {
        var text = new MessageText(_buffer, TimeFormat);
        return Format == MessageFormat.Json ? WriteJson : WriteText;

        void WriteJson(in DecodedMessage message)
        {
            if (Takes(message))
            {
                json.Write(message);
            }
        }

        void WriteText(in DecodedMessage message)
        {
            if (Takes(message))
            {
                text.Write(message, _start);
            }
        }
    }

    private bool Takes(in DecodedMessage message)
    {
        _seen++;
        var takes = _written < Limit && Filter.Takes(message, _start);
        _written += takes ? 1 : 0;
        return takes;
    }
}
