using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.Kit;

/// <summary>A <see cref="DecodedMessage"/> that outlives its call.</summary>
internal sealed record SeenMessage(CaptureTime Time, long Frame, Sender Sender, CaHeader Header, byte[] Payload, bool HasGap, string? Pv)
{
    /// <summary>By the payload's bytes.</summary>
    public bool Equals(SeenMessage? other) => other is not null
        && (Time, Frame, Sender, Header, HasGap, Pv) == (other.Time, other.Frame, other.Sender, other.Header, other.HasGap, other.Pv)
        && Payload.AsSpan().SequenceEqual(other.Payload);

    public override int GetHashCode() => HashCode.Combine(Time, Frame, Header, Payload.Length);

    public static SeenMessage Of(in DecodedMessage message) =>
        new(message.Time, message.Frame, message.Sender, message.Header, message.Payload.ToArray(), message.HasGap, message.Pv?.Text);
}
