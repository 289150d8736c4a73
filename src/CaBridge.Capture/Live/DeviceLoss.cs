namespace CaBridge.Capture.Live;

/// <summary>A device that packets no longer come from, while the others go on.</summary>
/// <param name="InterfaceIndex">Its place in <see cref="LiveCapture.Interfaces"/>.</param>
/// <param name="Device">Its name.</param>
/// <param name="Message">A sentence for the user that names the device.</param>
public sealed record DeviceLoss(int InterfaceIndex, string Device, string Message);
