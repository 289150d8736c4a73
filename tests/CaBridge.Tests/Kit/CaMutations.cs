using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Kit;

/// <summary>
/// Circuits whose bytes were damaged at random before an <see cref="Analyzer"/> got them: bits turned, words set to what breaks parsers, pieces
/// left out, doubled and exchanged, segments lost, repeated and out of order. The same seed damages the same.
/// </summary>
internal sealed class CaMutations
{
    private const int SegmentBytes = 200;

    private static readonly byte[] ClientStream = Ca.Join(CaStreams.Client);
    private static readonly byte[] ServerStream = Ca.Join(CaStreams.Server);
    private static readonly ushort[] Breaking = [0, 1, 7, 8, 15, 16, 0x7FFF, 0x8000, 0xFFF8, 0xFFFF];

    private readonly Random _random;
    private readonly Analyzer _analyzer;
    private readonly byte[] _stream = new byte[2 * Math.Max(ClientStream.Length, ServerStream.Length)];
    private readonly long[] _told = new long[OperationNames.Count];
    private long _frame;
    private uint _isn = 1;

    public CaMutations(int seed)
    {
        _random = new Random(seed);
        _analyzer = new Analyzer(
            new AnalyzerOptions { MaxCircuits = 64, MaxOutOfOrderBytes = 4096 },
            decapsulate: null,
            (in DecodedMessage message) => Messages++,
            (in Transaction transaction) => _told[(int)transaction.Operation] += transaction.Outcome == Outcome.NoRequest ? 0 : 1);
    }

    /// <summary>Messages that the analyzer made out of it all.</summary>
    public long Messages { get; private set; }

    /// <summary>Damages circuits until <paramref name="messages"/> messages have gone into them, and completes.</summary>
    public void Run(long messages)
    {
        for (var sent = 0L; sent < messages; sent += CaStreams.Client.Length + CaStreams.Server.Length)
        {
            Circuit((ushort)_random.Next(1024, 1100));
        }

        _analyzer.Complete();
    }

    /// <summary>Operations of which the books and what was told disagree.</summary>
    public IEnumerable<Operation> Disagreements() => _analyzer.Snapshot().Operations
        .Where(account => !account.Holds || account.Requests != _told[(int)account.Operation])
        .Select(account => account.Operation);

    private void Circuit(ushort port)
    {
        var client = Wire.Console with { Port = port };
        var isn = _isn += 1_000_003;
        if (_random.Next(4) > 0)
        {
            Push(client, Wire.Ioc, isn - 1, 0, TcpFlags.Syn, default);
            Push(Wire.Ioc, client, isn - 1, isn, TcpFlags.Syn | TcpFlags.Ack, default);
        }

        Send(client, Wire.Ioc, isn, ClientStream);
        Send(Wire.Ioc, client, isn, ServerStream);
        switch (_random.Next(4))
        {
            case 0:
                Push(client, Wire.Ioc, isn + (uint)ClientStream.Length, isn, TcpFlags.Fin | TcpFlags.Ack, default);
                break;
            case 1:
                Push(Wire.Ioc, client, isn + (uint)ServerStream.Length, isn, TcpFlags.Rst, default);
                break;
        }
    }

    private void Send(Endpoint source, Endpoint destination, uint isn, byte[] stream)
    {
        stream.CopyTo(_stream, 0);
        var length = Damage(stream.Length);
        for (var at = 0; at < length; at += SegmentBytes)
        {
            var segment = _stream.AsSpan(at, Math.Min(SegmentBytes, length - at));
            var shift = _random.Next(40) == 0 ? _random.Next(-300, 300) : 0;
            var copies = _random.Next(30) switch { 0 => 0, 1 => 2, _ => 1 };
            for (; copies > 0; copies--)
            {
                Push(source, destination, isn + (uint)(at + shift), isn + (uint)_random.Next(600), TcpFlags.Ack, segment);
            }
        }
    }

    /// <returns>The length afterwards.</returns>
    private int Damage(int length)
    {
        for (var wounds = _random.Next(6); wounds > 0; wounds--)
        {
            var at = _random.Next(length - 8) & ~1;
            switch (_random.Next(5))
            {
                case 0:
                    _stream[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    var word = Breaking[_random.Next(Breaking.Length)];
                    (_stream[at], _stream[at + 1]) = ((byte)(word >> 8), (byte)word);
                    break;
                case 2:
                    var cut = Math.Min(_random.Next(1, 64), length - at - 8);
                    _stream.AsSpan(at + cut, length - at - cut).CopyTo(_stream.AsSpan(at));
                    length -= Math.Max(cut, 0);
                    break;
                case 3:
                    _stream.AsSpan(_random.Next(length - 8), 8).CopyTo(_stream.AsSpan(at));
                    break;
                default:
                    _random.NextBytes(_stream.AsSpan(at, 8));
                    break;
            }
        }

        return length;
    }

    private void Push(Endpoint source, Endpoint destination, uint sequence, uint acknowledged, TcpFlags flags, ReadOnlySpan<byte> payload)
    {
        var frame = WireFrame.Tcp(source, destination, sequence, acknowledged, flags, (ushort)(++_frame | 1), payload).Bytes;
        _analyzer.Push(new Packet(new CaptureTime(_frame * 1_000_000), _frame, LinkType.Ethernet, frame, frame.Length));
    }
}
