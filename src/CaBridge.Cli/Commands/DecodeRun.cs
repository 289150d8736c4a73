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

/// <summary>Reads files once, and writes what <paramref name="filter"/> takes in big pieces.</summary>
internal sealed class DecodeRun(Stream output, MessageFilter filter, long limit, MessageFormat format, TimeFormat timeFormat)
{
    private const int WriteAtBytes = 64 * 1024;

    /// <summary>JSON has values whole: libca's own default limit of an array.</summary>
    private const int JsonPayloadLimitBytes = 16 * 1024 * 1024;

    private readonly Utf8Buffer _buffer = new();
    private CaptureTime? _start;
    private long _seen;
    private long _written;

    /// <param name="errors">Takes one line for each problem.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="CaptureException">A file cannot be opened; nothing has been printed then.</exception>
    /// <exception cref="IOException">The output cannot be written (<see cref="StandardOutput.IsClosedPipe"/>).</exception>
    public int Execute(IReadOnlyList<string> files, TextWriter errors)
    {
        var text = new MessageText(_buffer, timeFormat);
        using var json = new MessageJson(_buffer);
        var analyzer = format == MessageFormat.Json
            ? new Analyzer(
                new AnalyzerOptions { PayloadLimitBytes = JsonPayloadLimitBytes },
                OtherEncapsulations.TryFindIp,
                (in message) =>
                {
                    if (Takes(message))
                    {
                        json.Write(message);
                    }
                })
            : new Analyzer(
                new AnalyzerOptions(),
                OtherEncapsulations.TryFindIp,
                (in message) =>
                {
                    if (Takes(message))
                    {
                        text.Write(message, _start ?? message.Time);
                    }
                });

        using var capture = CaptureSet.Open(files, new CaptureReaderOptions());
        while (_written < limit && capture.TryRead(out var packet))
        {
            _start ??= packet.Time;
            analyzer.Push(packet);
            if (_buffer.Length >= WriteAtBytes)
            {
                _buffer.WriteTo(output);
            }
        }

        if (_written < limit)
        {
            analyzer.Complete();
        }

        _buffer.WriteTo(output);
        foreach (var problem in capture.Problems)
        {
            errors.WriteLine($"cabridge: {problem.File}, byte {problem.ByteOffset}: {problem.Message}");
        }

        if (capture.Problems.Any(problem => problem.IsFatal))
        {
            return ExitCode.UnreadableInput;
        }

        if (_seen > 0)
        {
            return ExitCode.Success;
        }

        errors.WriteLine($"cabridge: {string.Join(", ", files)}: nothing of Channel Access found");
        return ExitCode.NoChannelAccess;
    }

    private bool Takes(in DecodedMessage message)
    {
        _seen++;
        var takes = _written < limit && filter.Takes(message, _start ?? message.Time);
        _written += takes ? 1 : 0;
        return takes;
    }
}
