namespace CaBridge.Analysis.ChannelAccess;

public enum Transport : byte
{
    Tcp = 0,
    Udp = 1,
}
