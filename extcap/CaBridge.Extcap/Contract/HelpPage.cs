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

    /// <summary>For the toolbar's button, which can only show a message.</summary>
    public static string OfToolbar =>
        $"""
        PV and Slower than: Enter or the arrow applies them, empty is all. They and Pause leave packets out for good.

        CREATE_CHAN reply PV=A 14.851 ms from request #812: the time since the request, and the number of its packet.
        5 SEARCH requests: PV=A, B, …: like messages of one packet, together.
        outlier: 24 x the median: far slower than half of this server's replies to the same operation.
        {(Url is null ? "" : $"\nAll of it: {Url}")}
        """;

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
