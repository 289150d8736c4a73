using CaBridge.Analysis.Findings;

namespace CaBridge.Server.Live;

/// <summary>What has become of a finding.</summary>
/// <param name="Finding">As it is now.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="IsGone">Whether it is told no more: it was none, or there are too many.</param>
internal readonly record struct FindingStep(Finding Finding, bool IsNew = false, bool IsGone = false)
{
    public static FindingStep Gone(Finding finding) => new(finding with { IsOpen = false }, IsGone: true);
}
