namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Which end of a circuit sent a message. Datagrams have no circuit: theirs is <see cref="Unknown"/>.</summary>
public enum Sender : byte
{
    Unknown = 0,
    Client = 1,
    Server = 2,
}
