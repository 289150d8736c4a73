using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Extcap.Annotation;
using CaBridge.Extcap.Output;

namespace CaBridge.Extcap;

/// <summary>
/// packet → chosen → analyzed → annotated → written. All sensors share it; each has its own analysis. One packet at a time; the filter and the pause
/// may be changed by any thread.
/// </summary>
internal sealed class PacketFlow
{
    private readonly ExtcapOptions _options;
    private readonly PacketOutput _output;
    private readonly FrameNumbers _frames = new();
    private readonly NameTable _names = new(new AnalyzerOptions().MaxNames);
    private readonly HostNames _hosts = new();
    private readonly PacketNotes _notes;
    private volatile ShowFilter _filter;
    private volatile bool _isPaused;

    public PacketFlow(ExtcapOptions options, PacketOutput output)
    {
        (_options, _output, _filter) = (options, output, options.Show);
        _notes = new PacketNotes(_frames);
    }

    public ShowFilter Filter
    {
        get => _filter;
        set => _filter = value;
    }

    /// <summary>While it is paused nothing is written, but all is analyzed.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }

    /// <summary>Packets that came, and those of them that were written.</summary>
    public (long Seen, long Shown) Count => (_frames.Seen, _frames.Shown);

    /// <summary>The analysis of one sensor, or of this host.</summary>
    public Sensor AddSensor() => new(this);

    private void TakeName(in DecodedMessage message)
    {
        if (_hosts.Take(message) is { } name)
        {
            _output.WriteName(message.Source.Host, name);
        }
    }

    internal sealed class Sensor
    {
        /// <summary>Names and texts are told, values are not.</summary>
        private const int ToldPayloadBytes = 4096;

        /// <summary>Findings that are remembered as told.</summary>
        private const int MaxTold = 10_000;

        private readonly PacketFlow _flow;
        private readonly Analyzer _analyzer;
        private readonly TrafficSelector? _selector;
        private readonly PacketSink _show;
        private readonly List<int> _interfaces = [];

        /// <summary>What several of the analyzer's are one of is told once.</summary>
        private readonly HashSet<string> _told = new(StringComparer.Ordinal);
        private long _findings;

        internal Sensor(PacketFlow flow)
        {
            _flow = flow;
            var options = new AnalyzerOptions
            {
                ExpectsTimeOrder = !flow._options.OnlyChannelAccess,
                PayloadLimitBytes = ToldPayloadBytes,
                Diagnosis = flow._options.Annotates ? new DiagnosisOptions() : null,
            };
            _analyzer = new Analyzer(options, OtherEncapsulations.TryFindIp, Take, flow._notes.Take, onSearch: null, flow._names);
            _selector = flow._options.OnlyChannelAccess ? new TrafficSelector(new TrafficSelectorOptions(), OtherEncapsulations.TryFindIp) : null;
            _show = Show;
        }

        /// <summary>Of Wireshark's interfaces, by the index of the sensor's own.</summary>
        public IList<int> Interfaces => _interfaces;

        /// <summary>A <see cref="PacketSink"/>.</summary>
        public void Push(in Packet packet)
        {
            if (_selector is null)
            {
                Show(in packet);
            }
            else
            {
                _selector.Push(in packet, _show);
            }
        }

        private void Show(in Packet packet)
        {
            var (filter, notes) = (_flow._filter, _flow._notes);
            var seen = _flow._frames.Take();
            notes.Begin(filter, _flow._options.Annotates);
            _analyzer.Push(new Packet(packet.Time, seen, packet.LinkType, packet.Data, packet.OriginalLength, packet.InterfaceIndex));
            var isWanted = notes.End(_analyzer);
            TellFindings(notes);
            if ((isWanted || filter.IsEverything)
                && !_flow._isPaused
                && _flow._output.TryWrite(in packet, _interfaces[packet.InterfaceIndex], notes.Comment))
            {
                _flow._frames.Show();
            }
        }

        /// <summary>Those that the latest packet opened. Nothing is asked where there are none.</summary>
        private void TellFindings(PacketNotes notes)
        {
            if (_analyzer.FindingsOpened == _findings)
            {
                return;
            }

            if (_told.Count >= MaxTold)
            {
                _told.Clear();
            }

            foreach (var finding in _analyzer.FindingsOpenedAfter(_findings).Where(finding => _told.Add(finding.Key)))
            {
                notes.Tell(finding);
            }

            _findings = _analyzer.FindingsOpened;
        }

        private void Take(in DecodedMessage message)
        {
            if (message.Header.Command == CaCommand.HostName)
            {
                _flow.TakeName(in message);
            }

            _flow._notes.Take(in message);
        }
    }
}
