using System.Buffers;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>
/// Turns the ordered bytes of one direction into messages. Carries at most one unfinished message; a message that lies whole in the input
/// is handed out without copying. After a gap or a contradiction it searches for the next boundary.
/// </summary>
/// <param name="dataLimit">Payload bytes kept of a message that carries a value and does not lie whole in one input.</param>
internal sealed class CaStreamDecoder(int dataLimit, AnomalyLog anomalies)
{
    /// <summary>Kept of commands that carry text: names, hosts, users, error messages.</summary>
    private const int TextLimit = 64 * 1024;

    private const int Alignment = 8;

    /// <summary>The second half of a header, and a DBR_STRING.</summary>
    private const int RemainsBytes = 8 + 40;

    /// <summary>
    /// The smallest segment that may be a full one (RFC 9293 3.7.1, the default MSS): what follows a smaller one begins with what the sender wrote
    /// next, and senders write whole messages.
    /// </summary>
    private const int FullSegmentBytes = 536;

    private const int MaxDoubtful = 32;

    private byte[]? _kept;
    private int _keptBytes;
    private CaHeader _header;
    private bool _headerRead;
    private int _keepUpTo;
    private long _payloadLeft;
    private bool _hasGap;
    private long _missingBytes;
    private Position _position;
    private int _phase;
    private bool _phaseKnown;
    private long _passedOver;

    /// <summary>Bytes seen, of messages that were lost, which no anomaly tells of yet.</summary>
    private long _lost;

    /// <summary>Missing before the search; 0 where it has another reason.</summary>
    private long _gapBytes;
    private int _doubtfulLeft;

    private enum Position : byte
    {
        /// <summary>The next byte begins a message, or continues the unfinished one.</summary>
        Aligned = 0,

        /// <summary>Looking for the next boundary.</summary>
        Searching,

        /// <summary>Given up for good.</summary>
        Abandoned,
    }

    /// <summary>Bytes that were passed over in searches.</summary>
    public long PassedOverBytes { get; private set; }

    /// <summary>Of the message that is not whole yet.</summary>
    private long SeenOfUnfinished => _headerRead ? _header.MessageLength - _payloadLeft - _missingBytes : _keptBytes;

    /// <summary>The header of the message that is not whole yet; null while there is none, or its header is not.</summary>
    public CaHeader? Unfinished => _headerRead && _position == Position.Aligned ? _header : null;

    public bool IsAbandoned => _position == Position.Abandoned;

    /// <summary>
    /// Whether the boundary found last is unconfirmed. Servers do not clear the rest of a string: what stands there are headers of old messages,
    /// each where a header may stand, and the chain from them leads to true ones. The caller knows which ids are due, and says so by
    /// <see cref="Confirm"/> or <see cref="PassOver(in CaMessage)"/>.
    /// </summary>
    public bool IsInDoubt => _doubtfulLeft > 0;

    /// <summary>The message is one that was due.</summary>
    public void Confirm() => _doubtfulLeft = 0;

    /// <summary>The message may be an old one: it counts as bytes passed over. After many of them the chain is believed.</summary>
    public void PassOver(in CaMessage message)
    {
        _doubtfulLeft--;
        PassedOverBytes += message.Header.MessageLength;
        anomalies.AddBytes(AnomalyKind.MessageResync, message.Header.MessageLength);
    }

    /// <summary>Nothing more comes: a search that found no way back is told.</summary>
    public void Complete(long frame)
    {
        if (_position == Position.Searching && _passedOver + _lost > 0)
        {
            anomalies.Add(AnomalyKind.MessageResync, frame, _passedOver + _lost);
            _passedOver = _lost = 0;
        }
    }

    /// <summary>Back to the beginning of a stream.</summary>
    /// <param name="midStream">Whether what comes first may be the inside of a message.</param>
    public void Reset(bool midStream)
    {
        Forget();
        _position = midStream ? Position.Searching : Position.Aligned;
        _phase = 0;
        _phaseKnown = !midStream;
        _passedOver = _lost = 0;
        _gapBytes = 0;
        _doubtfulLeft = 0;
        PassedOverBytes = 0;
    }

    /// <summary>Gives pooled memory back; the decoder may be reset and used again.</summary>
    public void Release()
    {
        if (_kept is not null)
        {
            ArrayPool<byte>.Shared.Return(_kept);
            _kept = null;
        }
    }

    /// <summary>Nothing that follows is decoded: it counts as bytes of the circuit that was cut, as does what was begun or searched.</summary>
    public void Abandon()
    {
        anomalies.AddBytes(AnomalyKind.CircuitCut, _passedOver + _lost + SeenOfUnfinished);
        _passedOver = _lost = 0;
        Forget();
        _position = Position.Abandoned;
    }

    /// <summary>
    /// <paramref name="bytes"/> of the stream are missing here. A message whose header was read and whose end lies beyond the gap is finished
    /// nevertheless; any other is lost.
    /// </summary>
    /// <param name="bytes">0 where nobody knows how many.</param>
    public void SkipGap(long bytes)
    {
        if (_position == Position.Abandoned)
        {
            return;
        }

        if (bytes == 0)
        {
            _lost += SeenOfUnfinished;
            Forget();
            _position = Position.Searching;
            _phaseKnown = false;
            _gapBytes = long.MaxValue;
            return;
        }

        if (_position == Position.Aligned && _headerRead && bytes <= _payloadLeft)
        {
            _payloadLeft -= bytes;
            _missingBytes += bytes;
            _keepUpTo = _keptBytes;
            _hasGap = true;
            if (_payloadLeft == 0)
            {
                anomalies.AddBytes(AnomalyKind.TcpGap, SeenOfUnfinished);
                Forget();
            }

            return;
        }

        _lost += SeenOfUnfinished;
        var unfinished = _headerRead ? -_payloadLeft : _keptBytes;
        _phase = (int)((((_phase + unfinished + bytes) % Alignment) + Alignment) % Alignment);
        Forget();
        _position = Position.Searching;
        _gapBytes = bytes;
    }

    /// <summary>Takes the next message off <paramref name="input"/>.</summary>
    /// <returns>False when the input is used up; what it ended with is kept.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> input, Sender sender, long frame, out CaMessage message)
    {
        while (!input.IsEmpty)
        {
            if (_position != Position.Aligned)
            {
                PassOver(ref input, sender, frame);
            }
            else if (_headerRead || _keptBytes > 0)
            {
                if (TryContinue(ref input, frame, out message))
                {
                    return true;
                }
            }
            else if (CaHeader.TryRead(input, out message.Header) != OperationStatus.Done)
            {
                Keep(input);
                input = default;
            }
            else if (!CaHeaderForm.IsPossible(message.Header))
            {
                Lose(frame);
            }
            else if (message.Header.MessageLength <= input.Length)
            {
                message.Payload = input.Slice(message.Header.Length, (int)message.Header.PayloadSize);
                message.HasGap = false;
                input = input[(int)message.Header.MessageLength..];
                return true;
            }
            else
            {
                input = input[message.Header.Length..];
                Begin(message.Header);
            }
        }

        message = default;
        return false;
    }

    private void PassOver(ref ReadOnlySpan<byte> input, Sender sender, long frame)
    {
        if (_position == Position.Searching)
        {
            Search(ref input, sender, frame);
        }
        else
        {
            anomalies.AddBytes(AnomalyKind.CircuitCut, input.Length);
            input = default;
        }
    }

    private bool TryContinue(ref ReadOnlySpan<byte> input, long frame, out CaMessage message)
    {
        message = default;
        if (!_headerRead && !TryFinishHeader(ref input, frame))
        {
            return false;
        }

        var taken = (int)Math.Min(_payloadLeft, input.Length);
        Keep(input[..Math.Min(taken, _keepUpTo - _keptBytes)]);
        _payloadLeft -= taken;
        input = input[taken..];
        if (_payloadLeft > 0)
        {
            return false;
        }

        message.Header = _header;
        message.Payload = _kept.AsSpan(0, _keptBytes);
        message.HasGap = _hasGap;
        Forget();
        return true;
    }

    /// <summary>Completes a header of which an earlier input had a part. Leaves nothing kept but payload.</summary>
    private bool TryFinishHeader(ref ReadOnlySpan<byte> input, long frame)
    {
        Span<byte> bytes = stackalloc byte[CaHeader.ExtendedSize];
        var had = _keptBytes;
        _kept.AsSpan(0, had).CopyTo(bytes);
        var added = Math.Min(CaHeader.ExtendedSize - had, input.Length);
        input[..added].CopyTo(bytes[had..]);
        if (CaHeader.TryRead(bytes[..(had + added)], out var header) != OperationStatus.Done)
        {
            Keep(input);
            input = default;
            return false;
        }

        if (!CaHeaderForm.IsPossible(header))
        {
            _phase = had % Alignment;
            _lost += had;
            Lose(frame);
            return false;
        }

        input = input[(header.Length - had)..];
        Begin(header);
        return true;
    }

    private void Begin(in CaHeader header)
    {
        Forget();
        _header = header;
        _headerRead = true;
        _payloadLeft = header.PayloadSize;
        var limit = header.Command is CaCommand.EventAdd or CaCommand.ReadNotify or CaCommand.Read or CaCommand.Write or CaCommand.WriteNotify
            ? dataLimit
            : TextLimit;
        _keepUpTo = (int)Math.Min(header.PayloadSize, limit);
    }

    private void Search(ref ReadOnlySpan<byte> input, Sender sender, long frame)
    {
        var first = _phaseKnown ? (Alignment - _phase) % Alignment : 0;
        var at = CaRecognizer.FindBoundary(input, sender, first);
        if (at >= 0 && sender == Sender.Server && MayBeginInRemains(at))
        {
            at = CaRecognizer.PassRemains(input, at, RemainsBytes - _passedOver);
        }

        var passed = at < 0 ? input.Length : at;
        _phase = (_phase + passed) % Alignment;
        _passedOver += passed;
        PassedOverBytes += passed;
        input = input[passed..];
        if (at < 0)
        {
            return;
        }

        var isWithinCircuit = _phaseKnown || _gapBytes > 0;
        if (_passedOver > 0 || isWithinCircuit)
        {
            anomalies.Add(AnomalyKind.MessageResync, frame, _passedOver + _lost);
        }

        _position = Position.Aligned;
        _doubtfulLeft = isWithinCircuit ? MaxDoubtful : 0;
        _phase = 0;
        _phaseKnown = true;
        _passedOver = _lost = 0;
    }

    private bool MayBeginInRemains(int at) => _gapBytes > 0 && (_passedOver + at > 0 || _gapBytes >= FullSegmentBytes);

    private void Lose(long frame)
    {
        anomalies.Add(AnomalyKind.MessageMalformed, frame);
        var phase = _phase;
        Forget();
        _phase = phase;
        _position = Position.Searching;
        _gapBytes = 0;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var needed = _keptBytes + bytes.Length;
        if (_kept is null || _kept.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Min(_keepUpTo, 2 * needed)));
            _kept.AsSpan(0, _keptBytes).CopyTo(larger);
            Release();
            _kept = larger;
        }

        bytes.CopyTo(_kept.AsSpan(_keptBytes));
        _keptBytes = needed;
    }

    private void Forget()
    {
        _keptBytes = 0;
        _headerRead = false;
        _keepUpTo = 0;
        _payloadLeft = 0;
        _hasGap = false;
        _missingBytes = 0;
    }

    public void Keep(StateArchive archive)
    {
        var kept = archive.Bytes(_kept.AsMemory(0, _keptBytes));
        if (archive.IsLoading)
        {
            Keep(kept.Span);
        }

        (_header, _headerRead, _keepUpTo) = (archive.Value(_header), archive.Value(_headerRead), archive.Value(_keepUpTo));
        (_payloadLeft, _hasGap, _missingBytes) = (archive.Value(_payloadLeft), archive.Value(_hasGap), archive.Value(_missingBytes));
        (_position, _phase, _phaseKnown) = (archive.Value(_position), archive.Value(_phase), archive.Value(_phaseKnown));
        (_passedOver, _lost, _gapBytes) = (archive.Value(_passedOver), archive.Value(_lost), archive.Value(_gapBytes));
        (_doubtfulLeft, PassedOverBytes) = (archive.Value(_doubtfulLeft), archive.Value(PassedOverBytes));
    }
}
