namespace CaBridge.Capture;

/// <summary>What <see cref="FrameScanner.Next"/> came to.</summary>
internal enum ScanOutcome
{
    Frame,

    /// <summary>The buffer has to be filled first.</summary>
    Starved,
    End,
}

/// <summary>The frames of one input in the order of the file.</summary>
internal sealed class FrameScanner(InputBuffer input, ICaptureFormat format, CaptureSource source, ProblemLog problems)
{
    private bool _ended;

    public InputBuffer Input => input;

    /// <summary>How long the input's unread part must become, once <see cref="Next"/> is starved.</summary>
    public int NeededBytes { get; private set; }

    /// <summary>Parses on in what the buffer holds; reads nothing.</summary>
    public ScanOutcome Next(ref FrameRecord record)
    {
        while (!_ended)
        {
            var step = format.Next(input.Unread, input.ByteOffset, ref record, out var length);
            switch (step)
            {
                case ScanStep.Frame:
                    record.Offset += input.Position;
                    input.Consume(length);
                    return ScanOutcome.Frame;
                case ScanStep.PassedOver:
                    input.Consume(length);
                    break;
                case ScanStep.Incomplete when !input.Ended:
                    NeededBytes = length;
                    return ScanOutcome.Starved;
                case ScanStep.Incomplete:
                    End(length);
                    break;
                default:
                    End(neededBytes: 0);
                    break;
            }
        }

        return ScanOutcome.End;
    }

    private void End(int neededBytes)
    {
        _ended = true;
        var (frame, unread) = (format.LastFrame, input.Unread.Length);
        if (source.Failure is { } failure)
            problems.Add(frame, input.ByteOffset + unread, failure, isFatal: true);
        else if (unread > 0 && neededBytes > 0)
            problems.Add(frame, input.ByteOffset, $"The file ends inside a record, after {unread} of at least {neededBytes} bytes.", isFatal: false);

        if (IsUnreadable(format.Interfaces))
            problems.Add(frame, byteOffset: 0, "No interface in the file has a link type that can be read.", isFatal: true);
    }

    private static bool IsUnreadable(IReadOnlyList<CaptureInterface> interfaces)
    {
        for (var i = 0; i < interfaces.Count; i++)
        {
            if (interfaces[i].IsRead)
                return false;
        }

        return interfaces.Count > 0;
    }
}
