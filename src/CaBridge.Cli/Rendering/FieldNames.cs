using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Cli.Rendering;

/// <summary>What the two forms of <c>decode</c> call the header fields that are plain numbers.</summary>
internal static class FieldNames
{
    public static ReadOnlySpan<byte> InText(FieldRole role) => role switch
    {
        FieldRole.SubscriptionId => "subscription"u8,
        FieldRole.MinorVersion => "minor"u8,
        FieldRole.BeaconId => "beacon"u8,
        _ => InJson(role),
    };

    public static ReadOnlySpan<byte> InJson(FieldRole role) => role switch
    {
        FieldRole.Cid => "cid"u8,
        FieldRole.Sid => "sid"u8,
        FieldRole.Ioid => "ioid"u8,
        FieldRole.SubscriptionId => "subscription_id"u8,
        FieldRole.MinorVersion => "minor_version"u8,
        FieldRole.Priority => "priority"u8,
        FieldRole.Port => "port"u8,
        FieldRole.Sequence => "sequence"u8,
        FieldRole.BeaconId => "beacon_id"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "This field is no plain number."),
    };
}
