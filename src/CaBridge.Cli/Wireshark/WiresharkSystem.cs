namespace CaBridge.Cli.Wireshark;

/// <summary>The systems whose folders are known; any other Unix is as Linux.</summary>
internal enum WiresharkSystem
{
    Linux,
    MacOS,
    Windows,
}
