using System.Reflection;
using System.Runtime.InteropServices;
using CaBridge.Analysis;

namespace CaBridge.Capture.Live;

/// <summary>
/// The calls of libpcap that SharpPcap has no equal of: its packets allocate a header and a time of two decimals each, and its statistics read
/// libpcap's three 32-bit counters as 64-bit ones.
/// </summary>
internal static unsafe partial class Libpcap
{
    private const string Library = "libpcap";

    // as SharpPcap tries them: both must get the same library
    private static readonly string[] FileNames = ["libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1"];

    static Libpcap() => NativeLibrary.SetDllImportResolver(typeof(Libpcap).Assembly, Resolve);

    /// <exception cref="CaptureException">It is not installed.</exception>
    public static void Require()
    {
        if (!OperatingSystem.IsLinux())
            throw new CaptureException("Live capture works on Linux only.");
        if (Load(FileNames) == 0)
            throw LiveFaults.NoLibrary();
    }

    /// <summary>The next packet of an open device. Its bytes are libpcap's buffer: valid until the next call.</summary>
    /// <param name="handle">The device's <c>pcap_t</c>, not blocking.</param>
    /// <param name="fraction">Nanoseconds in the unit of the device's time stamps: 1 or 1000.</param>
    /// <param name="frame">Set if the result is 1.</param>
    /// <returns>1; 0 if there is none now; negative if there will be none.</returns>
    public static int TryRead(nint handle, int fraction, out LiveFrame frame)
    {
        PacketHeader* header;
        byte* data;
        var status = pcap_next_ex(handle, &header, &data);
        frame = status == 1
            ? new LiveFrame(
                new CaptureTime((header->Seconds * CaptureDuration.NanosecondsPerSecond) + (header->Fraction * fraction)),
                new ReadOnlySpan<byte>(data, (int)header->CapturedLength),
                (int)Math.Min(header->OriginalLength, int.MaxValue))
            : default;
        return status;
    }

    /// <returns>False if libpcap has none, as of a device that is gone.</returns>
    public static bool TryReadStatistics(nint handle, out (uint Received, uint DroppedByKernel, uint DroppedByInterface) statistics)
    {
        Counters counters;
        var isDone = pcap_stats(handle, &counters) == 0;
        statistics = isDone ? (counters.Received, counters.Dropped, counters.DroppedByInterface) : default;
        return isDone;
    }

    /// <summary>Waits until the device has packets, or something is wrong with it.</summary>
    /// <returns>Whether it is in error: then there may be no packet to read, and the next call will not wait either.</returns>
    public static bool Wait(nint handle, int milliseconds)
    {
        const short Input = 1;
        const short Error = 8 | 16 | 32;
        var descriptor = new Descriptor { Number = pcap_get_selectable_fd(handle), Events = Input };
        return poll(&descriptor, 1, milliseconds) > 0 && (descriptor.Answer & Error) != 0;
    }

    /// <summary>Whether a compiled filter takes a packet.</summary>
    /// <param name="program">A <c>struct bpf_program</c>.</param>
    public static bool Matches(nint program, ReadOnlySpan<byte> data, int originalLength)
    {
        var header = new PacketHeader { CapturedLength = (uint)data.Length, OriginalLength = (uint)originalLength };
        fixed (byte* bytes = data)
            return pcap_offline_filter(program, &header, bytes) != 0;
    }

    /// <returns>0 if no file of these names can be loaded.</returns>
    internal static nint Load(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
                return handle;
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        string.Equals(name, Library, StringComparison.Ordinal) ? Load(FileNames) : 0;

    [LibraryImport(Library)]
    private static partial int pcap_next_ex(nint handle, PacketHeader** header, byte** data);

    [LibraryImport(Library)]
    private static partial int pcap_stats(nint handle, Counters* counters);

    [LibraryImport(Library)]
    private static partial int pcap_offline_filter(nint program, PacketHeader* header, byte* data);

    [LibraryImport(Library)]
    private static partial int pcap_get_selectable_fd(nint handle);

    [LibraryImport("libc")]
    private static partial int poll(Descriptor* descriptors, nuint count, int milliseconds);

    /// <summary><c>struct pcap_pkthdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PacketHeader
    {
        public nint Seconds;
        public nint Fraction;
        public uint CapturedLength;
        public uint OriginalLength;
    }

    /// <summary><c>struct pcap_stat</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Counters
    {
        public uint Received;
        public uint Dropped;
        public uint DroppedByInterface;
    }

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public int Number;
        public short Events;
        public short Answer;
    }
}
