using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis;

/// <summary>A look at a channel that is open, from CREATE_CHAN to CLEAR_CHANNEL; <c>default</c> is none, and has no fields to read.</summary>
public readonly ref struct OpenChannel
{
    private readonly Circuit _circuit;
    private readonly ref ClientChannel _channel;

    internal OpenChannel(Circuit circuit, uint cid)
    {
        _circuit = circuit;
        _channel = ref circuit.Operations!.ByCid.Find(cid);
    }

    public OpenCircuit Circuit => new(_circuit);

    /// <summary>Null where CREATE_CHAN was not seen, or was cut.</summary>
    public PvName? Pv => _channel.Pv;

    /// <summary>Whether CREATE_CHAN waits for its reply, overdue or not: then there is no type, count, latency or subscription.</summary>
    public bool IsPending => _channel.CreatePending;

    /// <summary>When its creation was answered; while it is pending, when it was asked for.</summary>
    public CaptureTime Since => _channel.Since;

    /// <summary>From CREATE_CHAN to its reply; null where either was not seen.</summary>
    public CaptureDuration? CreateLatency => _channel.Latency;

    /// <summary>Null while it is pending.</summary>
    public DbrType? NativeType => IsPending ? null : _channel.NativeType;

    /// <summary>Null while it is pending.</summary>
    public uint? ElementCount => IsPending ? null : _channel.ElementCount;

    /// <summary>Bit 0 read, bit 1 write; null where ACCESS_RIGHTS was not seen.</summary>
    public uint? Rights => _channel.Rights;

    /// <summary>Gets, puts with and without reply, legacy reads and subscriptions that were asked for.</summary>
    public uint Requests
    {
        get
        {
            ref var server = ref ServerChannel;
            return Unsafe.IsNullRef(ref server) ? 0 : server.Asked;
        }
    }

    private ref ServerChannel ServerChannel => ref IsPending
        ? ref Unsafe.NullRef<ServerChannel>()
        : ref _circuit.Operations!.BySid.Find(_channel.Sid);

    /// <summary>Counts what is subscribed to now. Costs a look at each.</summary>
    /// <param name="most">Subscriptions counted at most.</param>
    /// <param name="now">Up to when rates are told.</param>
    public ChannelMonitors Monitors(int most, CaptureTime now)
    {
        ref var server = ref ServerChannel;
        return Unsafe.IsNullRef(ref server) ? default : ChannelMonitors.Of(server.Monitors, _circuit.Operations!.Subscriptions, most, now);
    }
}
