namespace CaBridge.Extcap.Contract;

/// <summary>The page behind Wireshark's help buttons: it is installed beside the program.</summary>
internal static class HelpPage
{
    private const string FileName = "cabridge-extcap.html";

    /// <summary>Null where it is not there.</summary>
    public static string? Url
    {
        get
        {
            var file = Path.Combine(AppContext.BaseDirectory, FileName);
            return File.Exists(file) ? new Uri(file).AbsoluteUri : null;
        }
    }

    /// <summary>For who starts the program by hand.</summary>
    public static string Text =>
        $"""
        cabridge-extcap {Listing.ProgramVersion} shows EPICS Channel Access in Wireshark, live and annotated.
        Wireshark and tshark start it; "cabridge wireshark install" puts it where they look.

          tshark -D
          tshark -i {Names.HostInterface} -o extcap.{Names.HostInterface}.device:eth0 -f 'port 5064'
          tshark -i {Names.ServerInterface} -o extcap.cabridge_server.server:http://ioc-gateway:50051

        {Names.ListInterfaces}                                what there is
        {Names.ListOptions} {Names.Interface} NAME          its options
        {Names.Capture} {Names.Interface} NAME {Names.Fifo} PATH   captures to a pipe, as pcapng

        Exit codes: 0 success, stopped by a signal or by Wireshark included; 1 a sentence on standard error says what is wrong.
        """;
}
