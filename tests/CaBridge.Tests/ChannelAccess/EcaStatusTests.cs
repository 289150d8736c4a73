using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.ChannelAccess;

internal sealed class EcaStatusTests
{
    [TestCase(1u, "ECA_NORMAL", EcaSeverity.Success)]
    [TestCase(0x0Au, "ECA_MAXIOC", EcaSeverity.Error)]
    [TestCase(0x30u, "ECA_ALLOCMEM", EcaSeverity.Warning)]
    [TestCase(0x48u, "ECA_TOLARGE", EcaSeverity.Warning)]
    [TestCase(0x50u, "ECA_TIMEOUT", EcaSeverity.Warning)]
    [TestCase(0x72u, "ECA_BADTYPE", EcaSeverity.Error)]
    [TestCase(0x7Bu, "ECA_CHIDNOTFND", EcaSeverity.Info)]
    [TestCase(0x8Eu, "ECA_INTERNAL", EcaSeverity.Fatal)]
    [TestCase(0x98u, "ECA_GETFAIL", EcaSeverity.Warning)]
    [TestCase(0xA0u, "ECA_PUTFAIL", EcaSeverity.Warning)]
    [TestCase(0xB0u, "ECA_BADCOUNT", EcaSeverity.Warning)]
    [TestCase(0xC0u, "ECA_DISCONN", EcaSeverity.Warning)]
    [TestCase(0x116u, "ECA_DEFUNCT", EcaSeverity.Fatal)]
    [TestCase(0x14Au, "ECA_BADMASK", EcaSeverity.Error)]
    [TestCase(0x15Bu, "ECA_IOINPROGRESS", EcaSeverity.Info)]
    [TestCase(0x16Au, "ECA_PUTCBINPROG", EcaSeverity.Error)]
    [TestCase(0x170u, "ECA_NORDACCESS", EcaSeverity.Warning)]
    [TestCase(0x178u, "ECA_NOWTACCESS", EcaSeverity.Warning)]
    [TestCase(0x190u, "ECA_NOCONVERT", EcaSeverity.Warning)]
    [TestCase(0x19Au, "ECA_BADCHID", EcaSeverity.Error)]
    [TestCase(0x1B0u, "ECA_UNAVAILINSERV", EcaSeverity.Warning)]
    [TestCase(0x1E0u, "ECA_UNRESPTMO", EcaSeverity.Warning)]
    public void Code_of_caerr_has_its_name_and_severity(uint status, string name, EcaSeverity severity)
    {
        Assert.That(EcaStatus.Name(status), Is.EqualTo(name));
        Assert.That(EcaStatus.Severity(status), Is.EqualTo(severity));
        Assert.That(EcaStatus.Sentence(status), Does.Match(@"^[A-Z].*[^.]\.$"));
    }

    [TestCase(0u, "0x0", TestName = "Number_0_is_a_success_only")]
    [TestCase(0x171u, "0x171", TestName = "Known_number_with_another_severity_is_unknown")]
    [TestCase(0x1E8u, "0x1e8", TestName = "Number_61_is_unknown")]
    [TestCase(uint.MaxValue, "0xffffffff", TestName = "All_ones_are_unknown")]
    public void Unknown_code_gives_its_number(uint status, string name)
    {
        Assert.That(EcaStatus.Name(status), Is.EqualTo(name));
        Assert.That(EcaStatus.Sentence(status), Is.Null);
    }

    [Test]
    public void Sixty_one_codes_are_defined()
    {
        var names = Enumerable.Range(0, 0x10000).Where(code => EcaStatus.Sentence((uint)code) is not null).Select(code => EcaStatus.Name((uint)code));

        Assert.That(names.Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(61));
    }
}
