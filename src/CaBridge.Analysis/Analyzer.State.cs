using System.Buffers;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis;

/// <content>What it knows, to be kept over a restart of its program.</content>
public sealed partial class Analyzer
{
    /// <summary>To be raised with every change of what is saved, or of its order.</summary>
    private const int StateVersion = 1;

    /// <summary>"CASTATE" and 1, where numbers begin with their least byte: those of machines that write them the other way round are refused.</summary>
    private const ulong StateMark = 0x0145_5441_5453_4143;

    /// <summary>
    /// Writes all that decides what it will tell of packets to come: circuits, channels, open operations, searches, counts. Findings are not among it:
    /// they are looked for anew. Between two packets; takes as long as copying its memory.
    /// </summary>
    public void Save(ArrayBufferWriter<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        Keep(StateArchive.Saving(_names, into));
    }

    /// <summary>Goes on where another one, of the same options, was saved. Only before the first packet.</summary>
    /// <exception cref="StateException">That is no such state, or one of another version; nothing may be pushed then. The caller checks that bytes are whole.</exception>
    public void Load(ReadOnlyMemory<byte> saved)
    {
        if (_frames.FramesRead > 0)
        {
            throw new InvalidOperationException("Only what has seen no packet takes another one's state.");
        }

        var archive = StateArchive.Loading(_names, saved);
        Keep(archive);
        if (archive.RestBytes > 0)
        {
            throw new StateException($"The saved state goes on for {archive.RestBytes} bytes after its end.");
        }

        for (var place = _circuits.NextOpen(0); place >= 0; place = _circuits.NextOpen(place + 1))
        {
            _diagnosis?.TakeOpened(_circuits.At(place), _circuits.At(place).FirstSeen);
        }
    }

    private void Keep(StateArchive archive)
    {
        if (archive.Value(StateMark) != StateMark)
        {
            throw new StateException("This is no saved state of an analyzer.");
        }

        if (archive.Value(StateVersion) is var version and not StateVersion)
        {
            throw new StateException($"The saved state is of version {version}; this program has version {StateVersion}.");
        }

        _anomalies.Keep(archive);
        _frames.Keep(archive);
        _clock.Keep(archive);
        _messages.Keep(archive);
        _parser.Keep(archive);
        _learned.Keep(archive);
        _circuits.Keep(archive);
        _log.Keep(archive);
        _channels.Keep(archive);
        _operations.Keep(archive);
        _connections.Keep(archive);
        _searches.Keep(archive);
        _expiredAt = archive.Value(_expiredAt);
        _toldTime = archive.Value(_toldTime);
    }
}
