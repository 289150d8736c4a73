using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using CaBridge.Server.Ingest;
using CaBridge.Server.Live;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Server;

/// <summary>What a server knows, without the server.</summary>
internal static class FedState
{
    public static LiveState New(LiveOptions? options = null) => new(options ?? new LiveOptions(), new AnalyzerOptions { ExpectsTimeOrder = false, Diagnosis = new DiagnosisOptions() });

    /// <summary>A recording of which all has come but its end.</summary>
    public static LiveState Of(GoldenCapture capture, LiveOptions? options = null)
    {
        var state = New(options);
        new Agent(state, "gate").Push(capture);
        return state;
    }

    /// <summary>Brings packets of one sensor.</summary>
    internal sealed class Agent
    {
        private readonly LiveState _state;
        private readonly AgentStream _stream = new();
        private readonly PacketBatchBuilder _builder = new();
        private readonly string _session;
        private ulong _sequence;

        public Agent(LiveState state, string sensor)
        {
            var hello = RawAgent.Hello(sensor);
            (_state, _session) = (state, hello.SessionId);
            state.Connect(hello, _stream, "", DateTimeOffset.UnixEpoch);
        }

        /// <summary>A recording that is all on Ethernet.</summary>
        public void Push(GoldenCapture capture)
        {
            for (var i = 0; i < capture.Frames.Count; i++)
            {
                Push(SampleBatches.Packet(capture.Frames[i], i + 1));
            }

            Flush();
        }

        public void Push(in Packet packet)
        {
            if (!_builder.TryAdd(in packet))
            {
                Flush();
                _builder.TryAdd(in packet);
            }
        }

        /// <summary>What was pushed is taken in.</summary>
        public void Flush() => Take(_builder.Build());

        /// <summary>The capture is over.</summary>
        public void End() => Take(new PacketBatch { EndOfCapture = true });

        private void Take(PacketBatch batch)
        {
            batch.Sequence = ++_sequence;
            _state.Take(_session, _stream, batch, DateTimeOffset.UnixEpoch);
        }
    }
}
