using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Cli.Rendering;

/// <summary>What header fields say in a code of their own.</summary>
internal static class Advertised
{
    private const uint DoReply = 10;
    private const uint NoChannel = uint.MaxValue;

    /// <summary>The address that the field names; a server that names none means the sender's own.</summary>
    /// <param name="role"><see cref="FieldRole.ServerAddress"/> or <see cref="FieldRole.Address"/>.</param>
    public static Endpoint Address(in DecodedMessage message, FieldRole role, uint value) =>
        role == FieldRole.ServerAddress && value is 0 or uint.MaxValue ? message.Source.Host : Endpoint.FromIPv4(value, 0);

    /// <summary>Whether an ERROR says in the place of a cid that it is about no channel.</summary>
    public static bool IsNoChannel(in DecodedMessage message, FieldRole role, uint value) =>
        role == FieldRole.Cid && value == NoChannel && message.Header.Command == CaCommand.Error;

    public static bool WantsReply(uint replyFlag) => replyFlag == DoReply;
}
