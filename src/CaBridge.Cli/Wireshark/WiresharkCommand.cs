using System.CommandLine;

namespace CaBridge.Cli.Wireshark;

/// <summary><c>cabridge wireshark</c>: what Wireshark needs to show Channel Access.</summary>
internal static class WiresharkCommand
{
    public const string Name = "wireshark";

    public const string Examples =
        """
        Examples:
          cabridge wireshark install         for the user who runs it
          sudo cabridge wireshark install --global
          cabridge wireshark doctor          what is there, and what is wrong
          wireshark -C 'Channel Access' -k -i cabridge
        """;

    public static Command Create() => new(Name, "Put Channel Access into Wireshark: capture program, dissector and profile.")
    {
        InstallCommand.Create(),
        DoctorCommand.Create(),
        UninstallCommand.Create(),
    };
}
