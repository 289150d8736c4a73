using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using CaBridge.Cli.Wireshark;

namespace CaBridge.Tests.Cli.Wireshark;

/// <summary>What <c>install</c> and <c>uninstall</c> do to a home.</summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed class InstallTests
{
    private WiresharkHome _home = null!;

    [SetUp]
    public void CreateHome() => _home = new WiresharkHome();

    [TearDown]
    public void DeleteHome() => _home.Dispose();

    [Test]
    public void Everything_is_where_Wireshark_looks()
    {
        var run = _home.Install();

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(File.ReadAllBytes(_home.InstalledExtcap), Is.EqualTo(File.ReadAllBytes(_home.Extcap)));
        Assert.That(File.GetUnixFileMode(_home.InstalledExtcap).HasFlag(UnixFileMode.OtherExecute), Is.True);
        Assert.That(new FileInfo(_home.LinkedExtcap).LinkTarget, Is.EqualTo(_home.InstalledExtcap));
        Assert.That(File.ReadAllText(_home.InstalledHelp), Does.Contain("<h2 id=\"comments\">"));
        Assert.That(File.GetUnixFileMode(_home.InstalledHelp).HasFlag(UnixFileMode.UserExecute), Is.False, "Wireshark runs what is executable there");
        Assert.That(Directory.EnumerateFiles(_home.Profile).Select(Path.GetFileName), Is.EquivalentTo(Payload.ProfileNames));
        Assert.That(Payload.ProfileNames, Is.SupersetOf(new[] { "colorfilters", "dfilter_buttons", "io_graphs", "preferences", "recent" }));
        foreach (var name in Payload.PluginNames)
        {
            Assert.That(File.ReadAllBytes(Path.Combine(_home.Plugins, name)), Is.EqualTo(File.ReadAllBytes(Path.Combine(Repository.Root, "extcap", name))));
        }
    }

    [Test]
    public void Uninstall_leaves_the_home_as_it_was()
    {
        WiresharkHome.Write(Path.Combine(_home.Plugins, "other.lua"), "-- of somebody else");
        WiresharkHome.Write(_home.In(".config", "wireshark", "profiles", "Mine", "preferences"), "# mine");
        var before = _home.Tree();

        Assert.That(_home.Install().ExitCode, Is.Zero);
        var run = _home.Run(["uninstall"]);

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(_home.Tree(), Is.EquivalentTo(before));
    }

    [Test]
    public void A_second_install_changes_nothing()
    {
        _home.Install();
        var before = _home.Tree();
        var run = _home.Install();

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("unchanged").And.Not.Contain("put "));
        Assert.That(_home.Tree(), Is.EquivalentTo(before));
    }

    [Test]
    public void Dry_run_writes_nothing()
    {
        var before = _home.Tree();
        var run = _home.Install("--dry-run");

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain($"would put    {_home.InstalledExtcap}\n"));
        Assert.That(_home.Tree(), Is.EquivalentTo(before));

        _home.Install();
        before = _home.Tree();
        Assert.That(_home.Run(["uninstall", "--dry-run"]).Output, Does.Contain($"would remove {_home.InstalledExtcap}\n"));
        Assert.That(_home.Tree(), Is.EquivalentTo(before));
    }

    [Test]
    public void A_changed_profile_is_kept()
    {
        _home.Install();
        var preferences = Path.Combine(_home.Profile, "preferences");
        File.AppendAllText(preferences, "# mine\n");
        var update = _home.Install();
        var removal = _home.Run(["uninstall"]);

        Assert.That(update.ExitCode, Is.EqualTo(6));
        Assert.That(update.Output, Does.Contain($"kept         {preferences}: it was changed"));
        Assert.That(removal.ExitCode, Is.EqualTo(6));
        Assert.That(removal.Output, Does.Contain($"kept         {preferences}: it was changed"));
        Assert.That(File.ReadAllText(preferences), Does.EndWith("# mine\n"));
        Assert.That(_home.Tree().Values.Where(state => state is not FileState.Folder), Has.Exactly(2).Items, "the file and the note of it");

        Assert.That(_home.Run(["uninstall", "--force"]).ExitCode, Is.Zero);
        Assert.That(_home.Tree(), Is.Empty);
    }

    [Test]
    public void Force_puts_a_changed_profile_back()
    {
        _home.Install();
        var before = _home.Tree();
        File.AppendAllText(Path.Combine(_home.Profile, "preferences"), "# mine\n");

        Assert.That(_home.Install("--force").Output, Does.Contain("updated"));
        Assert.That(_home.Tree(), Is.EquivalentTo(before));
    }

    [Test]
    public void A_file_of_somebody_else_is_not_replaced_in_silence()
    {
        var colours = Path.Combine(_home.Profile, "colorfilters");
        WiresharkHome.Write(colours, "# mine\n");
        var run = _home.Install();

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Output, Does.Contain($"kept         {colours}: it is there already"));
        _home.Run(["uninstall"]);
        Assert.That(_home.Tree().Where(entry => entry.Value is not FileState.Folder).Select(entry => entry.Key), Is.EqualTo(new[] { colours }));
    }

    [Test]
    public void What_Wireshark_writes_beside_the_profile_is_left_and_named()
    {
        _home.Install();
        WiresharkHome.Write(Path.Combine(_home.Profile, "disabled_protos"), "ftp");
        var run = _home.Run(["uninstall"]);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain($"{_home.Profile}: there is also disabled_protos"));
        Assert.That(File.Exists(Path.Combine(_home.Profile, "disabled_protos")), Is.True);
    }

    /// <summary>Widths of columns: Wireshark writes them anew each time, which nobody has to be told.</summary>
    [Test]
    public void What_Wireshark_writes_into_the_profile_is_no_change_of_it()
    {
        _home.Install();
        var recent = Path.Combine(_home.Profile, "recent");
        WiresharkHome.Write(recent, "# widths");
        var update = _home.Install();

        Assert.That(update.ExitCode, Is.Zero);
        Assert.That(update.Output, Does.Contain($"unchanged    {recent}\n"));
        Assert.That(File.ReadAllText(recent), Is.EqualTo("# widths"));
        Assert.That(_home.Doctor().Output, Does.Contain("✓ The profile is there: "));
        Assert.That(_home.Run(["uninstall"]).ExitCode, Is.Zero);
        Assert.That(_home.Tree(), Is.Empty);
    }

    [Test]
    public void What_Wireshark_wrote_before_is_left_alone()
    {
        var recent = Path.Combine(_home.Profile, "recent");
        WiresharkHome.Write(recent, "# widths");
        var run = _home.Install();

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain($"kept         {recent}: it is there already, as Wireshark wrote it"));
        _home.Run(["uninstall"]);
        Assert.That(File.ReadAllText(recent), Is.EqualTo("# widths"));
    }

    [Test]
    public void An_older_version_is_updated_and_what_it_had_besides_goes()
    {
        _home.Install();
        var expected = WithoutNote(_home.Tree());
        var colours = Path.Combine(_home.Profile, "colorfilters");
        var former = Path.Combine(_home.Profile, "decode_as_entries");
        WiresharkHome.Write(colours, "# of old\n");
        WiresharkHome.Write(former, "# of old\n");
        _home.Note(manifest =>
        {
            manifest.Files[colours] = FileState.At(colours)!;
            manifest.Files[former] = FileState.At(former)!;
        });
        var run = _home.Install();

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain($"updated      {colours}\n").And.Contain($"removed      {former}\n"));
        Assert.That(WithoutNote(_home.Tree()), Is.EquivalentTo(expected));
    }

    [Test]
    public void Without_the_capture_program_the_rest_is_installed_and_that_is_told()
    {
        var run = _home.Run(["install"]);

        Assert.That(run.ExitCode, Is.EqualTo(6));
        Assert.That(run.Errors, Does.StartWith("cabridge: The capture program is missing: ").And.Contain("--extcap"));
        Assert.That(Directory.Exists(_home.Profile), Is.True);
    }

    [Test]
    public void A_capture_program_that_is_there_stays_when_no_other_is_found()
    {
        _home.Install();
        _home.Run(["install"]);

        Assert.That((File.Exists(_home.InstalledExtcap), File.Exists(_home.InstalledHelp)), Is.EqualTo((true, true)));
        Assert.That(_home.Run(["uninstall"]).Output, Does.Contain($"removed      {_home.InstalledExtcap}\n"));
    }

    [TestCase("nowhere", "there is no such file")]
    [TestCase("cabridge", "needs the folder")]
    public void A_capture_program_that_cannot_be_used_is_refused(string name, string reason)
    {
        var run = _home.Run(["install", "--extcap", Path.Combine(TestContext.CurrentContext.TestDirectory, name)]);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: --extcap ").And.Contain(reason));
        Assert.That(_home.Tree(), Is.Empty);
    }

    [Test]
    public void By_sudo_it_would_be_for_root()
    {
        Assume.That(Environment.IsPrivilegedProcess);
        var run = _home.Run(["install"], ("SUDO_USER", "jo"));

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Does.Contain("jo").And.Contain("--global"));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"files":null}""")]
    [TestCase("""{"files":{"/x":null},"folders":[]}""")]
    public void A_damaged_note_is_told_and_written_anew_by_force(string note)
    {
        WiresharkHome.Write(_home.ManifestPath, note);
        var run = _home.Install();

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Is.EqualTo($"cabridge: {_home.ManifestPath} should note what was installed, and is damaged: 'cabridge wireshark install --force' writes it anew.\n"));
        Assert.That(_home.Run(["uninstall"]).Errors, Is.EqualTo(run.Errors));

        Assert.That(_home.Install("--force").ExitCode, Is.Zero);
        Assert.That(_home.Run(["uninstall"]).ExitCode, Is.Zero);
    }

    [TestCase(".bashrc")]
    [TestCase(".local/lib/wireshark/plugins/../../victim")]
    [TestCase(".config/wireshark/profiles/Mine/preferences")]
    public void What_is_noted_of_other_folders_is_not_touched(string name)
    {
        _home.Install();
        var victim = $"{_home.Home}/{name}";
        WiresharkHome.Write(victim, "mine");
        var empty = Directory.CreateDirectory(_home.In("empty")).FullName;
        _home.Note(manifest =>
        {
            manifest.Files[victim] = FileState.At(victim)!;
            manifest.Folders.Add(empty);
        });
        var update = _home.Install();
        var removal = _home.Run(["uninstall", "--force"]);

        Assert.That((update.ExitCode, removal.ExitCode), Is.EqualTo((0, 6)));
        Assert.That(update.Output, Does.Contain($"kept         {victim}: it is noted, but in no folder where CaBridge installs\n"));
        Assert.That((File.Exists(victim), Directory.Exists(empty)), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_folder_in_the_way_is_named()
    {
        Directory.CreateDirectory(_home.InstalledExtcap);
        Assert.That(_home.Install().ExitCode, Is.EqualTo(6));
        Directory.CreateDirectory(_home.LinkedExtcap);
        var run = _home.Install("--force");

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((6, "")));
        Assert.That(run.Output, Does.Contain($"kept         {_home.InstalledExtcap}: a folder is where a file should be"));
        Assert.That(_home.Doctor().Output, Does.Contain($"should be: {_home.LinkedExtcap}").Or.Contain($"should be: {_home.InstalledExtcap}"));
    }

    [Test]
    public void A_link_in_the_way_of_a_folder_is_named()
    {
        Directory.CreateDirectory(_home.In(".config"));
        File.CreateSymbolicLink(_home.In(".config", "wireshark"), "/nowhere");
        var run = _home.Install();

        Assert.That($"{run.Errors}{run.Output}", Does.Contain($"{_home.In(".config", "wireshark")} is in the way: it is no folder."));
    }

    [Test]
    public void Two_paths_of_one_folder_get_one_file()
    {
        var folder = Path.GetDirectoryName(_home.InstalledExtcap)!;
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(_home.In(".config", "wireshark"));
        Directory.CreateSymbolicLink(Path.GetDirectoryName(_home.LinkedExtcap)!, folder);
        var run = _home.Install();

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(File.ReadAllBytes(_home.LinkedExtcap), Is.EqualTo(File.ReadAllBytes(_home.Extcap)));
        Assert.That(new FileInfo(_home.LinkedExtcap).LinkTarget, Is.Null);
        Assert.That(_home.Run(["uninstall"]).ExitCode, Is.Zero);
        Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
    }

    [TestCase]
    [TestCase("--force")]
    public void A_folder_that_became_a_link_since_keeps_the_program(params string[] arguments)
    {
        _home.Install();
        Directory.Delete(Path.GetDirectoryName(_home.LinkedExtcap)!, recursive: true);
        Directory.CreateSymbolicLink(Path.GetDirectoryName(_home.LinkedExtcap)!, Path.GetDirectoryName(_home.InstalledExtcap)!);

        Assert.That(_home.Install(arguments).ExitCode, Is.Zero);
        Assert.That(File.ReadAllBytes(_home.InstalledExtcap), Is.EqualTo(File.ReadAllBytes(_home.Extcap)));
        Assert.That(_home.Run(["uninstall", .. arguments]).ExitCode, Is.Zero);
        Assert.That(FileState.IsTaken(_home.InstalledExtcap), Is.False);
    }

    [Test]
    public void Nothing_is_put_that_cannot_be_noted()
    {
        WiresharkHome.Write(_home.In(".local", "share"), "a file where a folder should be");
        var before = _home.Tree();
        var run = _home.Install();

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((4, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Not.Contain("   at "));
        Assert.That(_home.Tree(), Is.EquivalentTo(before));
    }

    /// <summary>As a process that is killed leaves it: the note is there before the files, and says more than there is.</summary>
    [Test]
    public void What_was_put_before_an_end_in_the_middle_is_found()
    {
        _home.Install();
        _home.Note(manifest =>
        {
            foreach (var (path, state) in manifest.Files.ToList())
            {
                manifest.Forget(path);
                manifest.Coming[path] = state;
            }
        });
        File.Delete(_home.LinkedExtcap);
        Assert.That(_home.Doctor().Output, Does.Not.Contain("changed"));
        var run = _home.Run(["uninstall"]);

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.Contain($"gone         {_home.LinkedExtcap}").And.Contain($"removed      {_home.InstalledExtcap}\n"));
        Assert.That(_home.Tree(), Is.Empty);
    }

    /// <summary>An update that is ended in the middle has files of both versions.</summary>
    [Test]
    public void The_older_version_is_still_known_while_the_newer_one_comes()
    {
        _home.Install();
        var colours = Path.Combine(_home.Profile, "colorfilters");
        WiresharkHome.Write(colours, "# of old\n");
        _home.Note(manifest => (manifest.Coming[colours], manifest.Files[colours]) = (manifest.Files[colours], FileState.At(colours)!));

        Assert.That(_home.Run(["uninstall", "--dry-run"]).Output, Does.Contain($"would remove {colours}\n"));
        Assert.That(_home.Install().Output, Does.Contain($"updated      {colours}\n"));
        Assert.That(Manifest.Load(_home.ManifestPath).Coming, Is.Empty);
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_told()
    {
        WiresharkHome.Write(_home.In(".config", "wireshark"), "a file where a folder should be");
        var run = _home.Install();

        Assert.That(run.ExitCode, Is.EqualTo(4));
        Assert.That(run.Errors, Does.StartWith("cabridge: ").And.Not.Contain("   at "));
        Assert.That(_home.Run(["uninstall"]).ExitCode, Is.Zero);
        Assert.That(_home.Tree().Values.Where(state => state is not FileState.Folder), Has.One.Items, "what was done before is noted");
    }

    [Test]
    [NonParallelizable]
    public void What_is_for_all_can_be_read_by_all_whatever_the_mask_is()
    {
        var all = new WiresharkFolders { Extcap = [_home.In("extcap")], Plugins = _home.In("plugins"), Profiles = _home.In("profiles"), Manifest = _home.In("data", "note"), IsGlobal = true };
        var mask = SetMask(0x3F);
        try
        {
            new Installation(all, new Manifest()).Install([]);
        }
        finally
        {
            _ = SetMask(mask);
        }

        Assert.That((int)File.GetUnixFileMode(all.Manifest), Is.EqualTo(0x1A4), "0644");
        Assert.That((int)File.GetUnixFileMode(_home.In("data")), Is.EqualTo(0x1ED), "0755");
    }

    [Test]
    public void Uninstall_without_install_says_so()
    {
        var run = _home.Run(["uninstall"]);

        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")));
        Assert.That(run.Output, Does.StartWith("Nothing is installed"));
    }

    [DllImport("libc", EntryPoint = "umask", ExactSpelling = true)]
    private static extern uint SetMask(uint mask);

    private List<KeyValuePair<string, string?>> WithoutNote(IReadOnlyDictionary<string, string?> tree) =>
        [.. tree.Where(entry => !string.Equals(entry.Key, _home.ManifestPath, StringComparison.Ordinal))];
}
