using System.Net;

namespace CaBridge.Capture.Live;

/// <summary>A device that packets can be captured on, as libpcap lists it.</summary>
/// <param name="Name">Such as <c>eth0</c>; <c>any</c> captures on all of them.</param>
/// <param name="Description">As the system describes it; <c>null</c> if it does not.</param>
/// <param name="Addresses">IPv4 and IPv6.</param>
/// <param name="IsLoopback">Whether only this host talks to itself there.</param>
/// <param name="IsUp">Whether an administrator has switched it on.</param>
/// <param name="IsRunning">Whether it can transmit: a cable is in it.</param>
public sealed record CaptureDevice(string Name, string? Description, IReadOnlyList<IPAddress> Addresses, bool IsLoopback, bool IsUp, bool IsRunning);
