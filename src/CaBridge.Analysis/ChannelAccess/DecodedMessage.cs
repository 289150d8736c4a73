namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Receives each message once, in stream order; the view is valid during the call only.</summary>
public delegate void MessageHandler(in DecodedMessage message);

/// <summary>One Channel Access message with what its circuit knows of it.</summary>
public readonly ref struct DecodedMessage
{
    /// <summary>Capture time of the packet that completed the message in stream order.</summary>
    public CaptureTime Time { get; init; }

    /// <summary>The frame of that packet.</summary>
    public long Frame { get; init; }

    public Transport Transport { get; init; }

    public Sender Sender { get; init; }

    public Endpoint Source { get; init; }

    public Endpoint Destination { get; init; }

    public CaHeader Header { get; init; }

    /// <summary>
    /// The payload as far as it was kept: shorter than <see cref="CaHeader.PayloadSize"/> where <see cref="AnalyzerOptions.PayloadLimitBytes"/>
    /// or a capture gap cut it.
    /// </summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Whether a capture gap lies inside the payload: its bytes from the gap on are not what was sent.</summary>
    public bool HasGap { get; init; }

    /// <summary>The PV that the message is about, wherever the circuit or the message tells.</summary>
    public PvName? Pv { get; init; }
}
