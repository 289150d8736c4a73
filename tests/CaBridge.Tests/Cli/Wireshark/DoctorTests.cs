using System.Runtime.Versioning;
using CaBridge.Cli.Wireshark;

namespace CaBridge.Tests.Cli.Wireshark;

/// <summary>What <c>doctor</c> tells of a home, with the Wireshark that is installed here, and with stand-ins for it.</summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed class DoctorTests
{
    private WiresharkHome _home = null!;

    [SetUp]
    public void CreateHome() => _home = new WiresharkHome();

    [TearDown]
    public void DeleteHome() => _home.Dispose();

    [Test]
    public void Nothing_installed_is_a_fault_with_advice()
    {
        var run = _home.Doctor();

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((6, "")));
        Assert.That(run.Output, Does.Contain("✗ The capture program is not where this Wireshark looks").And.Contain("✗ The profile").And.Contain("    cabridge wireshark install\n"));
    }

    [Test]
    public void All_installed_is_well()
    {
        _home.Install();
        var run = _home.Doctor();

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.Match(@"✓ Wireshark \d+\.\d+").And.Contain("✓ It has Lua").And.Contain("✓ The capture program is there")
            .And.Contain("✓ The capture program starts in").And.Contain("✓ Wireshark lists its interfaces.").And.Contain("✓ The profile is there").And.Contain("✓ Wireshark loads").And.Not.Contain("✗"));
    }

    [Test]
    public void A_capture_program_that_may_not_be_run_is_told()
    {
        _home.Install();
        File.SetUnixFileMode(_home.InstalledExtcap, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var run = _home.Doctor();

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain("✗ The capture program is not executable").And.Contain("chmod +x").And.Contain("✗ The capture program cannot be started"));

        _home.Install();
        Assert.That(_home.Doctor().ExitCode, Is.Zero, "install mends it");
    }

    [Test]
    public void A_capture_program_that_fails_is_told()
    {
        WiresharkHome.WriteScript(_home.Extcap, "echo no libpcap >&2; exit 3");
        _home.Install();
        var run = _home.Doctor();

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain("✗ The capture program ends with 3: no libpcap.").And.Contain("✗ Wireshark does not list the interface"));
    }

    [Test]
    public void A_broken_dissector_is_told_with_what_Wireshark_says()
    {
        _home.Install();
        File.WriteAllText(Path.Combine(_home.Plugins, Payload.PluginNames[0]), "this is no Lua\n");
        var run = _home.Doctor();

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain("! The dissector was changed").And.Match("✗ Wireshark does not load the dissector: .*syntax error"));
    }

    [Test]
    public void Another_dissector_of_the_same_protocol_is_told()
    {
        _home.Install();
        var other = Path.Combine(_home.Plugins, "zz.lua");
        WiresharkHome.Write(other, "local p = Proto('caproto', 'EPICS')\n");
        var run = _home.Doctor();

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain($"! Another dissector for Channel Access is loaded, too: {other}"));
    }

    /// <summary>With folders of the system that are none: a test may not write there.</summary>
    [Test]
    public void What_is_there_for_one_and_for_all_is_told()
    {
        _home.Install();
        var personal = WiresharkFolders.Personal(Host.Current with { Variable = name => name is "HOME" ? _home.Home : null }, reported: null);
        var all = new WiresharkFolders { Extcap = [_home.In("extcap")], Plugins = _home.In("plugins"), Profiles = _home.In("profiles"), Manifest = _home.In("note"), IsGlobal = true };
        var payload = Payload.Open(Host.Current, _home.Extcap);
        new Installation(all, new Manifest()).Install(StepPlan.ForInstall(all, [.. payload.In(all)], new Manifest(), _ => false, isForced: false));
        var findings = new InstalledFiles(Host.Current, payload, [personal, all], reported: null).Findings().ToList();

        Assert.That(findings.Where(finding => finding.Verdict is not Verdict.Good).Select(finding => (finding.Verdict, finding.Text)), Is.EqualTo(new[]
        {
            (Verdict.Doubtful, "The capture program is there twice: one of them hides the other."),
            (Verdict.Bad, "The dissector is there twice: Wireshark refuses the second."),
        }));
    }

    [Test]
    public void A_link_that_leads_nowhere_is_told()
    {
        _home.Install();
        File.Delete(_home.InstalledExtcap);
        var run = _home.Doctor();

        // since Wireshark 4.2 it is the file itself that is missed
        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((6, "")));
        Assert.That(run.Output, Does.Match("✗ .*(leads nowhere|not where this Wireshark looks)"));
    }

    [Test]
    public void A_link_to_itself_is_told()
    {
        _home.Install();
        File.Delete(_home.InstalledExtcap);
        File.CreateSymbolicLink(_home.InstalledExtcap, _home.InstalledExtcap);
        var run = _home.Doctor();

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((6, "")));
        Assert.That(run.Output, Does.Contain("leads nowhere.").And.Contain("✓ The profile is there"));

        _home.Install("--force");
        Assert.That(_home.Doctor().ExitCode, Is.Zero);
    }

    [Test]
    public void Changes_are_told_and_are_no_fault()
    {
        _home.Install();
        File.AppendAllText(Path.Combine(_home.Profile, "preferences"), "# mine\n");
        File.AppendAllText(_home.InstalledExtcap, "# mine\n");
        var run = _home.Doctor();

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("with changes in preferences").And.Contain("! The capture program was changed, or did not come from here"));
    }

    [Test]
    public void An_older_version_is_told()
    {
        _home.Install();
        var colours = Path.Combine(_home.Profile, "colorfilters");
        File.WriteAllText(colours, "# of old\n");
        _home.Note(manifest => manifest.Files[colours] = FileState.At(colours)!);
        WiresharkHome.WriteScript(_home.Extcap, "echo 'interface {value=cabridge}{display=newer}'");
        var run = _home.Doctor();

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("! The capture program is of another version than this program").And.Contain("! The profile is of another version than this program"));
    }

    [Test]
    public void A_damaged_note_is_a_fault()
    {
        _home.Install();
        WiresharkHome.Write(_home.ManifestPath, "[]");
        var run = _home.Doctor();

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((6, "")));
        Assert.That(run.Output, Does.Contain($"✗ {_home.ManifestPath} should note what was installed, and is damaged.\n    cabridge wireshark install --force"));
    }

    [Test]
    public void Without_Wireshark_it_says_what_to_install()
    {
        _home.Install();
        var run = _home.Doctor(("PATH", Path.GetDirectoryName(Environment.ProcessPath)!));

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain("✗ Wireshark's tshark is not in PATH").And.Contain("✓ The capture program starts in"));
    }

    [Test]
    public void A_Wireshark_without_Lua_and_too_old_is_told()
    {
        var run = DoctorWith("""echo 'Running as user "root".' >&2; echo 'some plugin is here'; echo 'TShark (Wireshark) 3.6.2 (Git)'; echo 'Compiled with GLib, without Lua'""");

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain("! Wireshark 3.6.2").And.Contain("✗ It was built without Lua").And.Not.Contain("Running as user"));
    }

    [Test]
    [CancelAfter(120_000)]
    public void A_Wireshark_that_hangs_is_left()
    {
        var run = DoctorWith("""test "$1" = -G && exit 0; exec sleep 100""");

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain("did not end within 10 s"));
    }

    /// <summary>Some tshark, before the real one in PATH.</summary>
    private WiresharkRun DoctorWith(string tshark)
    {
        var folder = Directory.CreateDirectory(_home.In("bin")).FullName;
        WiresharkHome.WriteScript(Path.Combine(folder, "tshark"), tshark);
        return _home.Doctor(("PATH", $"{folder}:{Environment.GetEnvironmentVariable("PATH")}"));
    }
}
