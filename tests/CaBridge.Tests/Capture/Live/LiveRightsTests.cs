using System.Runtime.InteropServices;
using CaBridge.Capture;
using CaBridge.Capture.Live;

namespace CaBridge.Tests.Capture.Live;

[TestFixture]
internal sealed class LiveRightsTests
{
    private const int Nobody = 65534;

    [Test]
    public void Missing_rights_are_told_with_what_to_do()
    {
        string? message = null;
        var thread = new Thread(() =>
        {
            // the system call, not libc's function: that changes all threads
            if (Environment.IsPrivilegedProcess && syscall(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117, -1, Nobody, -1) != 0)
                return;
            message = Assert.Throws<CaptureException>(() => LiveCapture.Open(new LiveCaptureOptions { Devices = ["lo"] })).Message;
        });
        thread.Start();
        thread.Join();

        Assert.That(message, Is.EqualTo($"Capturing on 'lo' needs rights: sudo setcap cap_net_raw,cap_net_admin=eip {Environment.ProcessPath}"));
    }

    [Test]
    public void Missing_library_is_told_with_what_to_install()
    {
        Assert.That((int)Libpcap.Load(["libnowhere.so.7"]), Is.Zero);
        Assert.That(LiveFaults.NoLibrary().Message, Does.Contain("libpcap0.8").And.Contain("install"));
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long syscall(long number, long realUser, long effectiveUser, long savedUser);
}
