using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis;

/// <summary>A look at a circuit that is open; <c>default</c> is none, and has no fields to read.</summary>
public readonly ref struct OpenCircuit
{
    private readonly Circuit _circuit;

    internal OpenCircuit(Circuit circuit) => _circuit = circuit;

    /// <summary>The same from its beginning to its end, of this analyzer.</summary>
    public int Place => _circuit.Place;

    /// <summary>Where it is not known which side is the client, the lower endpoint.</summary>
    public Endpoint Client => _circuit.Client;

    public Endpoint Server => _circuit.Server;

    /// <summary>As CLIENT_NAME told; empty where it was not seen.</summary>
    public string UserName => _circuit.UserName;

    /// <summary>As HOST_NAME told; empty where it was not seen.</summary>
    public string HostName => _circuit.HostName;

    /// <summary>As the client's VERSION told; null where it was not seen.</summary>
    public uint? ClientMinorVersion => _circuit.ClientMinorVersion;

    /// <summary>As the server's VERSION told; null where it was not seen.</summary>
    public uint? ServerMinorVersion => _circuit.ServerMinorVersion;

    /// <summary>0 to 99; null where the client's VERSION was not seen.</summary>
    public uint? Priority => _circuit.Priority;

    /// <summary>Of the connection's packets.</summary>
    public CaptureTime FirstSeen => _circuit.FirstSeen;

    public CaptureTime LastSeen => _circuit.LastSeen;

    public int Channels => _circuit.Operations!.ByCid.Count;

    public int Subscriptions => _circuit.Operations!.Subscriptions.Count;

    /// <summary>Operations that ended on it, and replies without request; without its connect and searches.</summary>
    public long Transactions => _circuit.Transactions;
}
