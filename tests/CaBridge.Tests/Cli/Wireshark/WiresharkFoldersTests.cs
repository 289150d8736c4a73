using CaBridge.Agent;
using CaBridge.Cli.Wireshark;

namespace CaBridge.Tests.Cli.Wireshark;

/// <summary>Where Wireshark looks, on systems that the tests do not run on, too.</summary>
[TestFixture]
internal sealed class WiresharkFoldersTests
{
    private const string Debian40 =
        """
        Temp:                	/tmp
        Personal configuration:	/home/jo/.config/wireshark
        Global configuration:	/usr/share/wireshark
        Personal Plugins:    	/home/jo/.local/lib/wireshark/plugins/4.0
        Personal Lua Plugins:	/home/jo/.local/lib/wireshark/plugins
        Global Lua Plugins:  	/usr/lib/x86_64-linux-gnu/wireshark/plugins
        Extcap path:         	/usr/lib/x86_64-linux-gnu/wireshark/extcap
        """;

    private const string Windows44 =
        """
        Personal configuration:	C:\Users\jo\AppData\Roaming\Wireshark
        Global configuration:	D:\Apps\Wireshark
        Personal Lua Plugins:	C:\Users\jo\AppData\Roaming\Wireshark\plugins
        Global Lua Plugins:	D:\Apps\Wireshark\plugins
        Personal Extcap path:	C:\Users\jo\AppData\Roaming\Wireshark\extcap
        Global Extcap path:	D:\Apps\Wireshark\extcap
        """;

    private static readonly (string, string)[] WindowsUser =
    [
        ("APPDATA", @"C:\Users\jo\AppData\Roaming"), ("LOCALAPPDATA", @"C:\Users\jo\AppData\Local"), ("ProgramFiles", @"C:\Program Files"), ("ProgramData", @"C:\ProgramData"),
    ];

    [TestCase(nameof(WiresharkSystem.Linux))]
    [TestCase(nameof(WiresharkSystem.MacOS))]
    public void Both_personal_folders_for_extcap_are_served_on_Unix(string system)
    {
        var folders = WiresharkFolders.Personal(On(Enum.Parse<WiresharkSystem>(system), ("HOME", "/home/jo")), reported: null);

        Assert.That(folders.Extcap, Is.EqualTo(new[] { "/home/jo/.local/lib/wireshark/extcap", "/home/jo/.config/wireshark/extcap" }));
        Assert.That(folders.Plugins, Is.EqualTo("/home/jo/.local/lib/wireshark/plugins"));
        Assert.That(folders.Profiles, Is.EqualTo("/home/jo/.config/wireshark/profiles"));
        Assert.That(folders.Manifest, Is.EqualTo("/home/jo/.local/share/cabridge/wireshark.json"));
    }

    [Test]
    public void Xdg_folders_count_if_they_are_absolute()
    {
        var folders = WiresharkFolders.Personal(
            On(WiresharkSystem.Linux, ("HOME", "/home/jo"), ("XDG_CONFIG_HOME", "/etc/jo"), ("XDG_DATA_HOME", "data")), reported: null);

        Assert.That(folders.Extcap, Does.Contain("/etc/jo/wireshark/extcap"));
        Assert.That(folders.Profiles, Is.EqualTo("/etc/jo/wireshark/profiles"));
        Assert.That(folders.Manifest, Is.EqualTo("/home/jo/.local/share/cabridge/wireshark.json"));
    }

    [Test]
    public void Configuration_may_be_elsewhere() => Assert.That(
        WiresharkFolders.Personal(On(WiresharkSystem.Linux, ("HOME", "/home/jo"), ("WIRESHARK_CONFIG_DIR", "/ws")), reported: null).Profiles,
        Is.EqualTo("/ws/profiles"));

    [Test]
    public void Windows_has_one_folder_for_all()
    {
        var folders = WiresharkFolders.Personal(On(WiresharkSystem.Windows, WindowsUser), reported: null);

        Assert.That(folders.Extcap, Is.EqualTo(new[] { @"C:\Users\jo\AppData\Roaming\Wireshark\extcap" }));
        Assert.That(folders.Plugins, Is.EqualTo(@"C:\Users\jo\AppData\Roaming\Wireshark\plugins"));
        Assert.That(folders.Profiles, Is.EqualTo(@"C:\Users\jo\AppData\Roaming\Wireshark\profiles"));
        Assert.That(folders.Manifest, Is.EqualTo(@"C:\Users\jo\AppData\Local\CaBridge\wireshark.json"));
    }

    [TestCase(nameof(WiresharkSystem.Windows), @"C:\Program Files\Wireshark\extcap", @"C:\Program Files\Wireshark\plugins", @"C:\Program Files\Wireshark\profiles")]
    [TestCase(
        nameof(WiresharkSystem.MacOS),
        "/Applications/Wireshark.app/Contents/MacOS/extcap",
        "/Applications/Wireshark.app/Contents/PlugIns/wireshark",
        "/Applications/Wireshark.app/Contents/Resources/share/wireshark/profiles")]
    [TestCase(nameof(WiresharkSystem.Linux), "/usr/lib64/wireshark/extcap", "/usr/lib64/wireshark/plugins", "/usr/share/wireshark/profiles")]
    public void Global_folders_are_as_documented(string system, string extcap, string plugins, string profiles)
    {
        var host = On(Enum.Parse<WiresharkSystem>(system), WindowsUser) with { HasFolder = path => path is "/usr/lib64/wireshark" };
        var folders = WiresharkFolders.Global(host, reported: null);

        Assert.That((folders.Extcap.Single(), folders.Plugins, folders.Profiles), Is.EqualTo((extcap, plugins, profiles)));
    }

    [Test]
    public void Without_any_Wireshark_nobody_knows_the_global_folders() =>
        Assert.That(() => WiresharkFolders.Global(On(WiresharkSystem.Linux), reported: null), Throws.TypeOf<UsageException>().With.Message.Contains("tshark"));

    [Test]
    public void What_Wireshark_says_counts_before_what_is_documented()
    {
        var folders = WiresharkFolders.Global(On(WiresharkSystem.Linux), ReportedFolders.Parse(Debian40));

        Assert.That((folders.Extcap.Single(), folders.Plugins, folders.Profiles), Is.EqualTo((
            "/usr/lib/x86_64-linux-gnu/wireshark/extcap", "/usr/lib/x86_64-linux-gnu/wireshark/plugins", "/usr/share/wireshark/profiles")));
        var windows = WiresharkFolders.Global(On(WiresharkSystem.Windows, WindowsUser), ReportedFolders.Parse(Windows44));
        Assert.That((windows.Extcap.Single(), windows.Profiles), Is.EqualTo((@"D:\Apps\Wireshark\extcap", @"D:\Apps\Wireshark\profiles")));
    }

    [TestCase(Debian40, "/home/jo/.config/wireshark/extcap")]
    [TestCase($"{Debian40}\nPersonal Extcap path:\t/home/jo/.local/lib/wireshark/extcap", "/home/jo/.local/lib/wireshark/extcap")]
    public void Version_tells_which_personal_folder_is_read(string report, string read)
    {
        var reported = ReportedFolders.Parse(report);
        var folders = WiresharkFolders.Personal(On(WiresharkSystem.Linux, ("HOME", "/home/jo")), reported);

        Assert.That(folders.Extcap, Has.Count.EqualTo(2));
        Assert.That(folders.ReadExtcap(reported), Is.EqualTo(read));
    }

    private static Host On(WiresharkSystem system, params (string Name, string Value)[] variables) =>
        new(system, name => Array.Find(variables, variable => string.Equals(variable.Name, name, StringComparison.Ordinal)).Value, _ => false);
}
