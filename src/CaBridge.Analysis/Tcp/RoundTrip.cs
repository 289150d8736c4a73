using CaBridge.Analysis.Packets;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Tcp;

/// <summary>
/// How long bytes of each side take from the sensor to the other end, and their acknowledgement back: one segment at a time is timed, and none
/// that was sent again (RFC 6298 3, Karn's algorithm). The kernel acknowledges, not the program: the shortest of them is the network's alone.
/// </summary>
internal sealed class RoundTrip
{
    /// <summary>
    /// Less than the time by which Linux delays an acknowledgement that no reply carries (<c>TCP_DELACK_MIN</c>, 40 ms; others wait longer):
    /// one that came so much later than the shortest may have been delayed by its sender.
    /// </summary>
    private static readonly CaptureDuration DelayedAcknowledgement = CaptureDuration.FromMilliseconds(39);

    /// <summary>No acknowledgement may be delayed longer (RFC 9293 3.8.6.3).</summary>
    private static readonly CaptureDuration LongestDelay = CaptureDuration.FromMilliseconds(500);

    /// <summary>A segment that comes again so soon is the same one, recorded twice.</summary>
    private static readonly CaptureDuration DuplicateWindow = CaptureDuration.FromMilliseconds(10);

    /// <summary>
    /// The last segment that comes again sooner is a probe of its sender, and no loss (tail loss probe, RFC 8985 7): no retransmission timer of Linux is
    /// shorter.
    /// </summary>
    private static readonly CaptureDuration LeastTimeout = CaptureDuration.FromMilliseconds(200);

    private readonly Timing[] _sides = new Timing[2];

    /// <summary>Whether the segment taken last is a probe.</summary>
    public bool IsProbe { get; private set; }

    /// <summary>Whether the segment taken last was an acknowledgement alone that came far later than the shortest: no end may delay one so long.</summary>
    public bool IsJump { get; private set; }

    public void Reset()
    {
        _sides[0] = _sides[1] = default;
        IsProbe = IsJump = false;
    }

    public void Take(int side, in TcpSegment segment)
    {
        var length = segment.PayloadLength
            + ((segment.Flags & TcpFlags.Syn) != TcpFlags.None ? 1 : 0) + ((segment.Flags & TcpFlags.Fin) != TcpFlags.None ? 1 : 0);
        IsProbe = length > 0 && _sides[side].Send(new SequenceNumber(segment.SequenceNumber) + length, segment.Time);

        IsJump = (segment.Flags & TcpFlags.Ack) != TcpFlags.None
            && _sides[1 - side].Acknowledge(new SequenceNumber(segment.AcknowledgmentNumber), segment.Time, segment.PayloadLength == 0);
    }

    /// <summary>From the sensor to the end that <paramref name="side"/> sends to, and back; null before the first measurement.</summary>
    public CaptureDuration? Shortest(int side) => _sides[side].HasShortest ? _sides[side].Shortest : null;

    /// <summary>
    /// What of a reply's time was on the way: that of a segment sent with the request or after it, where it was acknowledged on its own before
    /// the reply; else the shortest. Never more than the whole.
    /// </summary>
    /// <param name="side">Who asked.</param>
    /// <returns>Null where nothing was measured.</returns>
    public CaptureDuration? Within(int side, CaptureTime requestedAt, CaptureDuration whole)
    {
        ref readonly var timing = ref _sides[side];
        if (!timing.HasShortest)
        {
            return null;
        }

        var isOfRequest = timing.AloneSentAt >= requestedAt && timing.AloneSentAt + timing.Alone <= requestedAt + whole;
        var onTheWay = isOfRequest && timing.Alone - timing.Shortest < DelayedAcknowledgement ? timing.Alone : timing.Shortest;
        return onTheWay < whole ? onTheWay : whole;
    }

    private struct Timing
    {
        private SequenceNumber _sent;
        private CaptureTime _sentAt;
        private bool _hasSent;
        private SequenceNumber _timed;
        private CaptureTime _timedAt;
        private bool _isTiming;

        public CaptureDuration Shortest;
        public bool HasShortest;

        /// <summary>The latest that came without a reply of its own, and when its segment was sent.</summary>
        public CaptureDuration Alone;
        public CaptureTime AloneSentAt;

        /// <returns>Whether it is a probe.</returns>
        public bool Send(SequenceNumber end, CaptureTime at)
        {
            if (_hasSent && end - _sent <= 0)
            {
                _isTiming &= at - _sentAt <= DuplicateWindow;
                return end == _sent && at - _sentAt < LeastTimeout;
            }

            (_sent, _sentAt, _hasSent) = (end, at, true);
            if (!_isTiming)
            {
                (_timed, _timedAt, _isTiming) = (end, at, true);
            }

            return false;
        }

        /// <returns>Whether it is a jump.</returns>
        public bool Acknowledge(SequenceNumber next, CaptureTime at, bool isAlone)
        {
            if (!_isTiming || next - _timed < 0)
            {
                return false;
            }

            _isTiming = false;
            var latest = CaptureDuration.NotNegative(at - _timedAt);
            Shortest = HasShortest && Shortest <= latest ? Shortest : latest;
            HasShortest = true;
            if (isAlone)
            {
                (Alone, AloneSentAt) = (latest, _timedAt);
            }

            return isAlone && latest - Shortest > LongestDelay;
        }
    }

    public void Keep(StateArchive archive) => archive.Values<Timing>(_sides);
}
